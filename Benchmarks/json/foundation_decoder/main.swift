// Foundation's typed decoder: what no property asks for is scanned and dropped; no slices.
import FoundationEssentials

struct Post: Decodable { var messages: [Message] }

struct Message: Decodable {
    var id: UInt64
    var type: String
    var data: Payload
}

struct Payload: Decodable {
    var type: String?
    var sdp: String?
}

let decoder = JSONDecoder()
run { bytes in (try? decoder.decode(Post.self, from: Data(bytes)).messages.isEmpty) == false }
