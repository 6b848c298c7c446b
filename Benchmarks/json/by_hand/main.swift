// What the relay runs: `readMessages` of Sources/Relay/Bodies.swift, the copy of `data` included.
run { bytes in
    do throws(BodyError) { return try !readMessages(bytes.span).isEmpty } catch { return false }
}
