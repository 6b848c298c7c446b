/// 256 random bits that name a peer to the relay. A secret: never logged.
public struct Token: Hashable, Sendable {
    public var words: (UInt64, UInt64, UInt64, UInt64)

    public init(_ first: UInt64, _ second: UInt64, _ third: UInt64, _ fourth: UInt64) {
        words = (first, second, third, fourth)
    }

    public static func == (left: Token, right: Token) -> Bool {
        // No early exit: how long a comparison takes says nothing about how far a guess was right.
        (left.words.0 ^ right.words.0) | (left.words.1 ^ right.words.1)
            | (left.words.2 ^ right.words.2) | (left.words.3 ^ right.words.3) == 0
    }

    public func hash(into hasher: inout Hasher) {
        // The bits are random already; the standard hasher adds the process's own seed.
        hasher.combine(words.0)
    }
}

/// The name of a call in logs and nowhere else. It opens nothing.
public struct CallID: Hashable, Sendable {
    public var value: UInt32
    public init(_ value: UInt32) { self.value = value }
}

/// Where a dial came from, as far as the switchboard cares: who has the same one shares a limit. What the number stands
/// for is the caller's to know.
public struct Origin: Hashable, Sendable {
    public var value: UInt64
    public init(_ value: UInt64) { self.value = value }

    /// Shares nothing with anybody.
    public static let none = Origin(.max)
}

/// What a client sends so that a repeated dial dials once: 22 to 64 visible ASCII characters. A secret like the token.
public struct IdempotencyKey: Hashable, Sendable {
    public let text: String

    /// Nil if `text` is not of that form.
    public init?(_ text: String) {
        guard (22...64).contains(text.utf8.count), text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            return nil
        }
        self.text = text
    }
}
