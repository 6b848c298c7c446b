extension QRCode {
    /// The code as an SVG image, quiet zone and all, black on white whatever is behind it. A unit is a square; it has no
    /// size of its own, and fills what it is put into.
    public var svg: String {
        let edge = size + 2 * Self.quietZone
        var path = ""
        for row in 0..<size {
            for run in darkRuns(row: row) {
                let (x, y) = (run.lowerBound + Self.quietZone, row + Self.quietZone)
                path += "M\(x) \(y)h\(run.count)v1h-\(run.count)z"
            }
        }
        // Without crispEdges the seams between rows show as grey lines at some sizes.
        return """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(edge) \(edge)" shape-rendering="crispEdges">\
            <path fill="#fff" d="M0 0h\(edge)v\(edge)h-\(edge)z"/><path fill="#000" d="\(path)"/></svg>

            """
    }
}
