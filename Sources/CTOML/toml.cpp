// Errors are values: nothing here throws, so nothing can cross into Swift. (Out of memory ends the process, as it
// does in Swift.)
#define TOML_EXCEPTIONS 0
#define TOML_ENABLE_FORMATTERS 0
// Some of its assertions fail on texts that the code behind them reports as errors (`[:`). With NDEBUG the compiler would
// rely on them.
#undef NDEBUG
#define TOML_ASSERT(condition) static_cast<void>(0)
#include <toml++/toml.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "CTOML.h"

struct ctoml_document {
    toml::table root;  // owns what the nodes' texts point to
    std::vector<ctoml_node> nodes;
    std::string message;
    ctoml_problem problem{};
    bool failed = false;
};

namespace {

ctoml_text text(std::string_view view) noexcept { return {view.data(), view.size()}; }

ctoml_place begin(const toml::source_region& region) noexcept { return {region.begin.line, region.begin.column}; }

void fail(ctoml_document& document, ctoml_place place, std::string message) noexcept {
    document.nodes.clear();
    document.message = std::move(message);
    document.problem = {place, text(document.message)};
    document.failed = true;
}

ctoml_node describe(const toml::node& node) noexcept {
    ctoml_node result{};
    result.place = begin(node.source());
    if (const auto* table = node.as_table()) {
        result.kind = ctoml_table;
        result.children = table->size();
    } else if (const auto* array = node.as_array()) {
        result.kind = ctoml_array;
        result.children = array->size();
    } else if (const auto* string = node.as_string()) {
        result.kind = ctoml_string;
        result.string = text(string->get());
    } else if (const auto* integer = node.as_integer()) {
        result.kind = ctoml_integer;
        result.integer = integer->get();
    } else if (const auto* number = node.as_floating_point()) {
        result.kind = ctoml_float;
        result.number = number->get();
    } else if (const auto* boolean = node.as_boolean()) {
        result.kind = ctoml_boolean;
        result.integer = boolean->get() ? 1 : 0;
    } else {
        result.kind = ctoml_date_or_time;
    }
    return result;
}

/// Appends `node` and what is below it, `depth` levels below the root.
void walk(ctoml_document& document, const toml::node& node, const toml::key* key, int depth) noexcept {
    if (document.failed) return;
    ctoml_node result = describe(node);
    if (key) {
        result.key = text(key->str());
        result.key_place = begin(key->source());
    }
    if (depth > ctoml_max_depth) {
        const ctoml_place place = key ? result.key_place : result.place;
        return fail(document, place, "nested deeper than " + std::to_string(ctoml_max_depth) + " levels");
    }
    document.nodes.push_back(result);
    if (const auto* table = node.as_table()) {
        for (const auto& [name, child] : *table) walk(document, child, &name, depth + 1);
    } else if (const auto* array = node.as_array()) {
        for (const auto& child : *array) walk(document, child, nullptr, depth + 1);
    }
}

}  // namespace

ctoml_document* ctoml_parse(const char* bytes, size_t count) noexcept {
    auto* document = new ctoml_document;
    toml::parse_result result = toml::parse(std::string_view(bytes, count));
    if (result) {
        document->root = std::move(result).table();
        walk(*document, document->root, nullptr, 0);
    } else {
        const toml::parse_error& error = result.error();
        fail(*document, begin(error.source()), std::string(error.description()));
    }
    return document;
}

void ctoml_free(ctoml_document* document) noexcept { delete document; }

const ctoml_node* ctoml_document_nodes(const ctoml_document* document, size_t* count) noexcept {
    *count = document->nodes.size();
    return document->nodes.data();
}

const ctoml_problem* ctoml_document_problem(const ctoml_document* document) noexcept {
    return document->failed ? &document->problem : nullptr;
}
