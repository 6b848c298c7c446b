// simdjson's DOM: validates all of the text and builds a tape; there is no way back from an element to its bytes.
#include "reader.h"
#include <simdjson.h>
using namespace simdjson;

static dom::parser parser;

static int read_post(struct text text) {
    dom::element document;
    dom::array messages;
    if (parser.parse(text.bytes, text.count, false).get(document)) return 0;
    if (document["messages"].get_array().get(messages)) return 0;
    size_t found = 0;
    for (dom::element message : messages) {
        uint64_t id;
        std::string_view type;
        dom::object data;
        if (message["id"].get(id) || message["type"].get(type) || message["data"].get(data)) return 0;
        found += id > 0 && !type.empty() && data.size() > 0;
    }
    return found > 0;
}
