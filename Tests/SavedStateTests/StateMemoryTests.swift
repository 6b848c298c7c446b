import Testing
@testable import SavedState
