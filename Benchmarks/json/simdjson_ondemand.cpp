// simdjson On-Demand: walks the text lazily; `raw_json` gives `data` as a slice. What is not asked for is skipped.
#include "reader.h"
#include <simdjson.h>
using namespace simdjson;

static ondemand::parser parser;

// The number of messages in `messages`; 0 if one is not of its form.
static size_t read_messages(ondemand::value value) {
    ondemand::array messages;
    if (value.get_array().get(messages)) return 0;
    size_t count = 0;
    for (auto element : messages) {
        ondemand::object message;
        uint64_t id = 0;
        std::string_view type, data;
        if (element.get_object().get(message)) return 0;
        for (auto field : message) {
            if (field.error()) return 0;
            if (field.key() == "id") {
                if (field.value().get_uint64().get(id)) return 0;
            } else if (field.key() == "type") {
                if (field.value().get_string().get(type)) return 0;
            } else if (field.key() == "data") {
                ondemand::object object;
                if (field.value().get_object().get(object) || object.raw_json().get(data)) return 0;
            }
        }
        if (id == 0 || type.empty() || data.empty()) return 0;
        count++;
    }
    return count;
}

static int read_post(struct text text) {
    ondemand::document document;
    ondemand::object post;
    if (parser.iterate(text.bytes, text.count, text.count + PADDING).get(document)) return 0;
    if (document.get_object().get(post)) return 0;
    size_t count = 0;
    for (auto field : post) {
        ondemand::value value;
        if (field.error() || field.value().get(value)) return 0;
        if (field.key() == "messages") count = read_messages(value);
    }
    const char *rest;
    return count > 0 && document.current_location().get(rest) == OUT_OF_BOUNDS;
}
