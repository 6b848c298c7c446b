// RapidJSON's stream of events, told to validate UTF-8 and to leave numbers as text. The place in the text at the
// start and end of `data` gives a slice.
#include "reader.h"
#include <rapidjson/reader.h>
#include <rapidjson/memorystream.h>
#include <string_view>
using namespace rapidjson;

// Follows the events: depth 1 is the post, 2 its list, 3 a message, 4 and more what is inside.
struct Post : BaseReaderHandler<UTF8<>, Post> {
    enum class Member { other, id, type, data };

    const MemoryStream &stream;
    int depth = 0;
    Member member = Member::other;
    size_t found = 0, id = 0, type = 0, start = 0, end = 0;

    explicit Post(const MemoryStream &stream) : stream(stream) {}

    bool Default() { return true; }
    bool StartObject() {
        depth++;
        if (depth == 3) id = type = start = end = 0;
        if (depth == 4 && member == Member::data) start = stream.Tell();
        return true;
    }
    bool EndObject(SizeType) {
        if (depth == 4 && member == Member::data) end = stream.Tell();
        if (depth == 3) found += id > 0 && type > 0 && end > start;
        depth--;
        return true;
    }
    bool StartArray() { depth++; return depth <= 32; }
    bool EndArray(SizeType) { depth--; return true; }
    bool Key(const char *text, SizeType count, bool) {
        std::string_view name(text, count);
        if (depth == 3)
            member = name == "id"     ? Member::id
                     : name == "type" ? Member::type
                     : name == "data" ? Member::data
                                      : Member::other;
        return true;
    }
    bool RawNumber(const char *text, SizeType count, bool) {
        if (depth == 3 && member == Member::id) id = count > 0 && text[0] >= '1' && text[0] <= '9';
        return true;
    }
    bool String(const char *, SizeType count, bool) {
        if (depth == 3 && member == Member::type) type = count;
        return true;
    }
};

static int read_post(struct text text) {
    MemoryStream stream(text.bytes, text.count);
    Post post(stream);
    Reader reader;
    constexpr unsigned flags = kParseIterativeFlag | kParseValidateEncodingFlag | kParseNumbersAsStringsFlag;
    // A NUL ends its streams, so what stands behind one must be looked for.
    return reader.Parse<flags>(stream, post) && stream.Tell() == text.count && post.found > 0;
}
