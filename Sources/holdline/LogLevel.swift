import Configuration
import Logging

extension Logger.Level {
    init(_ level: LogLevel) {
        // The words are swift-log's own.
        self = Logger.Level(rawValue: level.rawValue)!
    }
}
