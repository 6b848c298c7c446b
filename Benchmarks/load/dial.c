/* Becoming a peer. Nchan has no dial: there a peer is a channel, whose name stands in for the token. */
#include "load.h"

void dial(struct peer *peer, answer_handler *answered) {
    char body[64];
    snprintf(body, sizeof body, "{\"code\":\"load %lu\"}", peer->call);
    ask(&peer->post, peer, answered, "POST /v1/dial", "", body);
}

void take_token(struct peer *peer, const struct answer *answer) {
    static const char key[] = "\"token\":\"";
    const char *token = strstr(answer->body, key);
    if (answer->status != 201 || !token) fail("dial: status %d %s", answer->status, answer->body);
    if (!strstr(answer->body, peer->caller ? "\"caller\"" : "\"callee\"")) fail("dial: the wrong role");
    token += strlen(key);
    snprintf(peer->token, sizeof peer->token, "%.*s", (int)strcspn(token, "\""), token);
}

const char *authorization(const struct peer *peer) {
    static char fields[96];
    snprintf(fields, sizeof fields, "Authorization: Bearer %s\r\n", peer->token);
    return nchan ? "" : fields;
}
