/// One entry of the schema: a key, the form of its value, and the property where it goes, whose initial value is the
/// default.
struct Key<Root>: Sendable {
    /// In full, such as `limits.calls`.
    let name: String
    /// The keys of the tables that stand under this one, in full; mostly none.
    let inner: [String]
    /// Reads a value into its property, or reports why it cannot be read.
    let store: @Sendable (TOMLNode, inout Root, inout Reading) -> Void

    init<Value>(_ name: String, _ form: Form<Value>, _ property: any WritableKeyPath<Root, Value> & Sendable) {
        self.name = name
        inner = form.inner
        store = { node, root, reading in
            if let value = form.read(node, name, &reading) { root[keyPath: property] = value }
        }
    }

    init<Value>(_ name: String, _ form: Form<Value>, _ property: any WritableKeyPath<Root, Value?> & Sendable) {
        self.name = name
        inner = form.inner
        store = { node, root, reading in
            if let value = form.read(node, name, &reading) { root[keyPath: property] = value }
        }
    }
}
