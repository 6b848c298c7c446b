/// What was written to a connection and not yet taken by the kernel, in order.
struct OutputQueue {
    private struct Chunk {
        var bytes: [UInt8]
        /// How many of them are gone.
        var offset: Int
    }

    private var chunks: [Chunk] = []

    var isEmpty: Bool { chunks.isEmpty }

    /// Queues the bytes behind `offset`.
    mutating func append(_ bytes: [UInt8], from offset: Int) { chunks.append(Chunk(bytes: bytes, offset: offset)) }

    /// Gives each chunk to `send` until one is not taken whole. `send` gets the bytes, the offset from which to send them
    /// and whether they are the last, and returns how many it took.
    mutating func drain(_ send: ([UInt8], Int, Bool) -> Int) {
        var done = 0
        while done < chunks.count {
            chunks[done].offset += send(chunks[done].bytes, chunks[done].offset, done == chunks.count - 1)
            if chunks[done].offset < chunks[done].bytes.count { break }
            done += 1
        }
        if done == chunks.count { chunks = [] } else { chunks.removeFirst(done) }
    }
}
