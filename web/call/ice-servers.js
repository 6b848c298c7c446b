// The STUN and TURN servers that the relay names.

/**
 * A browser refuses the whole list for one address that it does not like: then each is tried alone.
 * @param {RTCPeerConnection} connection
 * @param {RTCIceServer[]} iceServers
 */
export function useServers(connection, iceServers) {
    /** @type {RTCIceServer[]} */
    const usable = [];
    for (const server of iceServers) {
        try {
            connection.setConfiguration({ ...connection.getConfiguration(), iceServers: [...usable, server] });
            usable.push(server);
        } catch {
            console.warn('An ICE server of the relay is passed over: the browser does not take its address.');
        }
    }
}
