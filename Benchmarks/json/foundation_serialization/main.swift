// Foundation's JSONSerialization: builds a tree of all of the text; no slices.
import Foundation

run { bytes in
    guard let post = try? JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any],
        let messages = post["messages"] as? [[String: Any]]
    else { return false }
    return messages.contains { $0["id"] is NSNumber && $0["type"] is String && $0["data"] is [String: Any] }
}
