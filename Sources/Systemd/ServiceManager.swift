internal import CSystemd

/// What the daemon tells the service manager, through libsystemd (`sd_notify(3)`).
///
/// Without a manager (`NOTIFY_SOCKET` is not set) each of these does nothing.
public enum ServiceManager {
    /// Every listener is open: `READY=1`.
    public static func ready() { notify("READY=1") }

    /// The daemon has begun to end: `STOPPING=1`.
    public static func stopping() { notify("STOPPING=1") }

    private static func notify(_ state: String) { _ = sd_notify(0, state) }
}
