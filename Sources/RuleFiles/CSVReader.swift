// SPDX-License-Identifier: Apache-2.0

/// A table of texts after RFC 4180, with the place of every field. Lines that are empty, and fields' outer spaces, do not count.
struct CSVReader {
    struct Field {
        let text: String
        let place: SourcePlace
    }

    /// Records of one file at the most.
    static let recordsMax = 12_000_000

    private let file: String
    private let bytes: UnsafeBufferPointer<UInt8>
    private var next = 0
    private var line = 1
    /// Where the line begins, and how many of its bytes up to `counted` only continue a scalar.
    private var lineStart = 0
    private var counted = 0
    private var continuations = 0

    /// - Returns: records in the order of the file; the first is the header.
    static func records(_ text: String, file: String) throws(Mistake) -> [[Field]] {
        var records: [[Field]] = []
        try each(text, file: file) { records.append($0) }
        return records
    }

    /// Calls for every record that is not empty, the header first, so that long files need not be held twice.
    static func each(_ text: String, file: String, _ body: ([Field]) -> Void) throws(Mistake) {
        var text = text
        let mistake: Mistake? = text.withUTF8 { bytes in
            var reader = CSVReader(file: file, bytes: bytes)
            do throws(Mistake) {
                try reader.all(body)
                return nil
            } catch {
                return error
            }
        }
        if let mistake { throw mistake }
    }

    private init(file: String, bytes: UnsafeBufferPointer<UInt8>) {
        self.file = file
        self.bytes = bytes
        if bytes.count >= 3, bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF {
            next = 3
            lineStart = 3
            counted = 3
        }
    }

    private mutating func all(_ body: ([Field]) -> Void) throws(Mistake) {
        var count = 0
        var fields: [Field] = []
        while next < bytes.count {
            fields.removeAll(keepingCapacity: true)
            try record(&fields)
            guard fields.contains(where: { !$0.text.isEmpty }) else { continue }
            body(fields)
            count += 1
            guard count <= Self.recordsMax else { throw Mistake("more than \(Self.recordsMax) lines", fix: "split the file") }
        }
    }

    private mutating func record(_ fields: inout [Field]) throws(Mistake) {
        while true {
            fields.append(try field())
            guard next < bytes.count, bytes[next] == Self.comma else { break }
            next += 1
        }
        if next < bytes.count, bytes[next] == Self.carriageReturn { next += 1 }
        if next < bytes.count, bytes[next] == Self.lineFeed { endLine() }
    }

    private mutating func endLine() {
        next += 1
        line += 1
        lineStart = next
        counted = next
        continuations = 0
    }

    /// The place of the next byte; columns count Unicode scalars.
    private mutating func place() -> SourcePlace {
        while counted < next {
            if bytes[counted] & 0xC0 == 0x80 { continuations += 1 }
            counted += 1
        }
        return SourcePlace(file: file, line: line, column: next - lineStart - continuations + 1)
    }

    private mutating func field() throws(Mistake) -> Field {
        while next < bytes.count, bytes[next] == Self.space { next += 1 }
        var place = place()
        if next < bytes.count, bytes[next] == Self.quote {
            place.column += 1
            return Field(text: try quoted(), place: place)
        }
        let start = next
        while next < bytes.count, !Self.endsField(bytes[next]) { next += 1 }
        return Field(text: trimmed(start, next), place: place)
    }

    private static func endsField(_ byte: UInt8) -> Bool { byte == comma || byte == lineFeed || byte == carriageReturn }

    /// Spaces at the end go here; other blanks, which are rare, the slow way.
    private func trimmed(_ start: Int, _ end: Int) -> String {
        var end = end
        while end > start, bytes[end - 1] == Self.space { end -= 1 }
        guard end > start else { return "" }
        let text = String(decoding: UnsafeBufferPointer(rebasing: bytes[start..<end]), as: UTF8.self)
        let (first, last) = (bytes[start], bytes[end - 1])
        return first < 0x21 || first > 0x7E || last < 0x21 || last > 0x7E ? text.trimmed : text
    }

    private mutating func quoted() throws(Mistake) -> String {
        let open = place()
        next += 1
        var text: [UInt8] = []
        while next < bytes.count {
            let byte = bytes[next]
            if byte == Self.lineFeed { endLine() } else { next += 1 }
            if byte == Self.quote {
                guard next < bytes.count, bytes[next] == Self.quote else { return try closed(String(decoding: text, as: UTF8.self)) }
                next += 1
            }
            text.append(byte)
        }
        throw Mistake("the quote opened in line \(open.line), column \(open.column) is never closed", fix: "close it, or write two quotes for one")
    }

    private mutating func closed(_ text: String) throws(Mistake) -> String {
        while next < bytes.count, bytes[next] == Self.space { next += 1 }
        guard next < bytes.count, !Self.endsField(bytes[next]) else { return text }
        throw Mistake("line \(line): text follows a closing quote", fix: "put the whole field into quotes, and write two quotes for one")
    }

    private static let comma = UInt8(ascii: ",")
    private static let quote = UInt8(ascii: "\"")
    private static let space = UInt8(ascii: " ")
    private static let lineFeed = UInt8(ascii: "\n")
    private static let carriageReturn = UInt8(ascii: "\r")
}
