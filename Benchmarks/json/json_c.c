// json-c at its strictest: builds a tree; there is no way back from an object to its bytes.
#include "reader.h"
#include <json-c/json.h>

static int read_post(struct text text) {
    struct json_tokener *tokener = json_tokener_new_ex(32);
    json_tokener_set_flags(tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
    struct json_object *document = json_tokener_parse_ex(tokener, text.bytes, (int)text.count);
    int whole = document && json_tokener_get_error(tokener) == json_tokener_success
        && json_tokener_get_parse_end(tokener) == text.count;
    struct json_object *messages, *id, *type, *data;
    size_t found = 0;
    if (whole && json_object_object_get_ex(document, "messages", &messages))
        for (size_t index = 0; index < json_object_array_length(messages); index++) {
            struct json_object *message = json_object_array_get_idx(messages, index);
            found += json_object_object_get_ex(message, "id", &id) && json_object_get_uint64(id) > 0
                && json_object_object_get_ex(message, "type", &type) && json_object_get_string_len(type) > 0
                && json_object_object_get_ex(message, "data", &data) && json_object_is_type(data, json_type_object);
        }
    json_object_put(document);
    json_tokener_free(tokener);
    return found > 0;
}
