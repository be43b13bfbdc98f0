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
    private var scalars: String.UnicodeScalarView.Iterator
    private var current: Unicode.Scalar?
    private var line = 1
    private var column = 1

    /// - Returns: records in the order of the file; the first is the header.
    static func records(_ text: String, file: String) throws(Mistake) -> [[Field]] {
        var reader = CSVReader(text: text, file: file)
        return try reader.all()
    }

    private init(text: String, file: String) {
        self.file = file
        scalars = text.unicodeScalars.makeIterator()
        current = scalars.next()
        if current == "\u{FEFF}" { current = scalars.next() }
    }

    private mutating func advance() {
        if current == "\n" {
            line += 1
            column = 1
        } else {
            column += 1
        }
        current = scalars.next()
    }

    private mutating func all() throws(Mistake) -> [[Field]] {
        var records: [[Field]] = []
        while current != nil {
            let record = try record()
            if record.contains(where: { !$0.text.isEmpty }) { records.append(record) }
            guard records.count <= Self.recordsMax else { throw Mistake("more than \(Self.recordsMax) lines", fix: "split the file") }
        }
        return records
    }

    private mutating func record() throws(Mistake) -> [Field] {
        var fields: [Field] = []
        while true {
            fields.append(try field())
            guard current == "," else { break }
            advance()
        }
        if current == "\r" { advance() }
        if current == "\n" { advance() }
        return fields
    }

    private mutating func field() throws(Mistake) -> Field {
        while current == " " { advance() }
        let place = SourcePlace(file: file, line: line, column: column)
        if current == "\"" { return Field(text: try quoted(), place: SourcePlace(file: file, line: place.line, column: place.column + 1)) }
        var text = String.UnicodeScalarView()
        while let scalar = current, scalar != ",", scalar != "\n", scalar != "\r" {
            text.append(scalar)
            advance()
        }
        return Field(text: String(text).trimmed, place: place)
    }

    private mutating func quoted() throws(Mistake) -> String {
        let start = (line, column)
        advance()
        var text = String.UnicodeScalarView()
        while let scalar = current {
            advance()
            if scalar == "\"" {
                guard current == "\"" else { return try closed(String(text)) }
                advance()
            }
            text.append(scalar)
        }
        throw Mistake("the quote opened in line \(start.0), column \(start.1) is never closed", fix: "close it, or write two quotes for one")
    }

    private mutating func closed(_ text: String) throws(Mistake) -> String {
        while current == " " { advance() }
        guard let next = current, next != ",", next != "\n", next != "\r" else { return text }
        throw Mistake("line \(line): text follows a closing quote", fix: "put the whole field into quotes, and write two quotes for one")
    }
}
