#ifndef CTOML_H
#define CTOML_H

#include <stddef.h>
#include <stdint.h>

/// A TOML 1.0 document for callers that know no C++: toml++ reads it, and every node tells its line and column.
///
/// Plain values only, no callbacks. A document is one array of nodes in the order of a walk: each node is followed by
/// its children. What the pointers show belongs to the document and ends with it.

#ifdef __cplusplus
#define CTOML_NOTHROW noexcept
extern "C" {
#else
#define CTOML_NOTHROW
#endif

/// Tables and arrays in one another, dotted keys counted; a document that goes deeper is a problem of its own.
enum { ctoml_max_depth = 16 };

enum ctoml_kind {
    ctoml_table,
    ctoml_array,
    ctoml_string,
    ctoml_integer,
    ctoml_float,
    ctoml_boolean,
    ctoml_date_or_time,
};

/// Both count from 1; the column counts characters, not bytes. 0 and 0: nowhere.
struct ctoml_place {
    uint32_t line;
    uint32_t column;
};

/// UTF-8, not ended by a NUL; may contain one.
struct ctoml_text {
    const char *bytes;
    size_t count;
};

struct ctoml_node {
    enum ctoml_kind kind;
    struct ctoml_place place;
    /// The key that the node stands under; empty and nowhere for the root and for elements of arrays.
    struct ctoml_text key;
    struct ctoml_place key_place;
    /// Of a table or an array: how many children it has, each followed by its own.
    size_t children;
    struct ctoml_text string;
    /// Of a boolean: 0 or 1.
    int64_t integer;
    double number;
};

struct ctoml_problem {
    struct ctoml_place place;
    struct ctoml_text message;
};

struct ctoml_document;

/// Reads `count` bytes; never NULL. Give it back with `ctoml_free`.
struct ctoml_document *ctoml_parse(const char *bytes, size_t count) CTOML_NOTHROW;
void ctoml_free(struct ctoml_document *document) CTOML_NOTHROW;

/// The root table first; `count` is 0 if the text is not TOML, and then there is a problem.
const struct ctoml_node *ctoml_document_nodes(const struct ctoml_document *document, size_t *count) CTOML_NOTHROW;
/// Why the text is not TOML; NULL if it is.
const struct ctoml_problem *ctoml_document_problem(const struct ctoml_document *document) CTOML_NOTHROW;

#ifdef __cplusplus
}
#endif

#endif
