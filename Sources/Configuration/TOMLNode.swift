internal import CTOML

/// Why a text is not TOML.
struct TOMLError: Error, Equatable {
    let place: Place
    let message: String
}

/// A value of a TOML document and where it stands.
struct TOMLNode {
    enum Value {
        case table([Entry])
        case array([TOMLNode])
        case string(String)
        case integer(Int)
        case number(Double)
        case boolean(Bool)
        case dateOrTime
    }

    struct Entry {
        /// As it must be written: in quotes unless it consists of letters, digits, `_` and `-`, so that a dot inside a
        /// key is not taken for one between keys.
        let key: String
        let place: Place
        let node: TOMLNode
    }

    let place: Place
    let value: Value

    /// Reads a whole document.
    /// - Returns: what its root, a table, has.
    static func parse(_ text: [UInt8]) throws(TOMLError) -> [Entry] {
        if let place = text.firstThatIsNotUTF8 { throw TOMLError(place: place, message: "not UTF-8") }
        let document = text.withUnsafeBytes { ctoml_parse($0.bindMemory(to: CChar.self).baseAddress, $0.count) }
        defer { ctoml_free(document) }
        if let problem = ctoml_document_problem(document) {
            throw TOMLError(place: Place(problem.pointee.place), message: onOneLine(String(problem.pointee.message)))
        }
        var count = 0
        let first = ctoml_document_nodes(document, &count)
        var nodes = UnsafeBufferPointer(start: first, count: count)[...]
        guard case .table(let entries) = TOMLNode(taking: &nodes).value else { return [] }
        return entries
    }

    /// Takes one node and all that is below it; `ctoml_max_depth` bounds the recursion.
    private init(taking nodes: inout Slice<UnsafeBufferPointer<ctoml_node>>) {
        let node = nodes.removeFirst()
        place = Place(node.place)
        switch node.kind {
        case ctoml_table:
            var entries: [Entry] = []
            for _ in 0..<node.children {
                // The key belongs to the child, which is the next node.
                guard let child = nodes.first else { break }
                entries.append(
                    Entry(
                        key: written(String(child.key)), place: Place(child.key_place), node: TOMLNode(taking: &nodes)))
            }
            value = .table(entries)
        case ctoml_array: value = .array((0..<node.children).map { _ in TOMLNode(taking: &nodes) })
        case ctoml_string: value = .string(String(node.string))
        case ctoml_integer: value = .integer(Int(node.integer))
        case ctoml_float: value = .number(node.number)
        case ctoml_boolean: value = .boolean(node.integer != 0)
        default: value = .dateOrTime
        }
    }
}

/// A key as it is written in a file.
private func written(_ key: String) -> String {
    let isBare = key.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"): true
        default: false
        }
    }
    return isBare && !key.isEmpty ? key : quoted(key)
}

extension Place {
    fileprivate init(_ place: ctoml_place) { self.init(line: Int(place.line), column: Int(place.column)) }
}

extension String {
    fileprivate init(_ text: ctoml_text) {
        self.init(decoding: UnsafeRawBufferPointer(start: text.bytes, count: text.count), as: UTF8.self)
    }
}

extension [UInt8] {
    /// Where the first bytes stand that are not UTF-8; nil if all are.
    fileprivate var firstThatIsNotUTF8: Place? {
        do throws(Unicode.UTF8.ValidationError) {
            _ = try UTF8Span(validating: span)
            return nil
        } catch {
            let before = String(decoding: self[..<error.byteOffsets.lowerBound], as: UTF8.self)
            let lines = before.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
            return Place(line: lines.count, column: (lines.last?.count ?? 0) + 1)
        }
    }
}
