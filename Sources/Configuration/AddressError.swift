/// Why a text is no address, host name, or URL of the kind asked for, and what would be right.
public struct AddressError: Error, Equatable, CustomStringConvertible {
    public let description: String

    init(_ description: String) { self.description = description }
}
