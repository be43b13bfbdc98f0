// SPDX-License-Identifier: Apache-2.0
import Foundation
import StrictYAML

/// The form in which words and names are compared: NFC, lower case, single spaces (RULES.md 4.14).
public func folded(_ text: some StringProtocol) -> String {
    // Names of facts are looked up for every call, and nearly all of them stand in this form already.
    var last: UInt8 = 0x20
    let isPlain = text.utf8.allSatisfy { byte in
        defer { last = byte }
        return byte >= 0x20 && byte < 0x7F && !(0x41...0x5A).contains(byte) && !(byte == 0x20 && last == 0x20)
    }
    if isPlain, last != 0x20 { return String(text) }
    if text.utf8.allSatisfy({ $0 < 0x80 }) { return foldedASCII(text) }
    return text.lowercased().precomposedStringWithCanonicalMapping.split(whereSeparator: \.isWhitespace).joined(separator: " ")
}

private func foldedASCII(_ text: some StringProtocol) -> String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count)
    var isBlank = false
    for byte in text.utf8 {
        if byte == 0x20 || (0x09...0x0D).contains(byte) {
            isBlank = !bytes.isEmpty
        } else {
            if isBlank { bytes.append(0x20) }
            isBlank = false
            bytes.append((0x41...0x5A).contains(byte) ? byte | 0x20 : byte)
        }
    }
    return String(decoding: bytes, as: UTF8.self)
}

/// The words of a comma-separated text, trimmed, with the place of each in Unicode scalars.
func commaParts(_ text: String) -> [(text: String, offset: Int)] {
    var text = text
    return text.withUTF8 { bytes in
        var parts: [(text: String, offset: Int)] = []
        var (start, startScalar, scalar, isQuoted) = (0, 0, 0, false)
        for (place, byte) in bytes.enumerated() {
            if byte == 0x22 { isQuoted.toggle() }
            if byte == 0x2C, !isQuoted {
                parts.append(trimmed(bytes, start..<place, startScalar))
                start = place + 1
                startScalar = scalar + 1
            }
            if byte & 0xC0 != 0x80 { scalar += 1 }
        }
        parts.append(trimmed(bytes, start..<bytes.count, startScalar))
        return parts
    }
}

/// Plain spaces go here; other blanks at the ends, which are rare, the slow way.
private func trimmed(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, _ scalar: Int) -> (text: String, offset: Int) {
    var (start, end) = (range.lowerBound, range.upperBound)
    while start < end, bytes[start] == 0x20 { start += 1 }
    while end > start, bytes[end - 1] == 0x20 { end -= 1 }
    let part = String(decoding: UnsafeBufferPointer(rebasing: bytes[start..<end]), as: UTF8.self)
    let offset = scalar + start - range.lowerBound
    guard start < end, bytes[start] < 0x21 || bytes[start] > 0x7E || bytes[end - 1] < 0x21 || bytes[end - 1] > 0x7E else { return (part, offset) }
    return trimmed(part.unicodeScalars, offset)
}

private func trimmed(_ scalars: String.UnicodeScalarView, _ start: Int) -> (text: String, offset: Int) {
    let lead = scalars.prefix { $0.properties.isWhitespace }.count
    return (String(scalars).trimmingCharacters(in: .whitespacesAndNewlines), start + lead)
}

extension String {
    var trimmed: String {
        guard let first = utf8.first, let last = utf8.last else { return self }
        // Most texts have nothing to trim; Foundation needs a microsecond to see it.
        if (0x21...0x7E).contains(first), (0x21...0x7E).contains(last) { return self }
        return trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Whether these bytes occur.
    func holds(_ part: StaticString) -> Bool {
        let count = part.utf8CodeUnitCount
        return part.withUTF8Buffer { part in
            var text = self
            return text.withUTF8 { text in
                guard text.count >= count else { return false }
                return (0...(text.count - count)).contains { start in (0..<count).allSatisfy { text[start + $0] == part[$0] } }
            }
        }
    }
}

/// Letters that look alike in Latin and Cyrillic script.
private let twins: [(latin: Character, cyrillic: Character)] = zip(
    "aceopxyABCEHKMOPTXYik3", "асеорхуАВСЕНКМОРТХУікЗ"
).map { ($0, $1) }

private func isLatin(_ character: Character) -> Bool { ("a"..."z").contains(character) || ("A"..."Z").contains(character) }
private func isCyrillic(_ character: Character) -> Bool {
    character.unicodeScalars.first.map { (0x400...0x4FF).contains($0.value) } ?? false
}

/// A word with letters of both scripts in it, written in the one that most of its letters belong to; `nil` when none is mixed.
func unmixed(_ text: String) -> String? {
    if text.utf8.allSatisfy({ $0 < 0x80 }) { return nil }
    var result = ""
    var word = ""
    var isChanged = false
    func flush() {
        let (latin, cyrillic) = (word.filter(isLatin).count, word.filter(isCyrillic).count)
        if latin > 0, cyrillic > 0 {
            isChanged = true
            word = String(word.map { latin >= cyrillic ? asLatin($0) : asCyrillic($0) })
        }
        result += word
        word = ""
    }
    for character in text {
        if character.isLetter {
            word.append(character)
        } else {
            flush()
            result.append(character)
        }
    }
    flush()
    return isChanged ? result : nil
}

func asLatin(_ character: Character) -> Character { twins.first { $0.cyrillic == character }?.latin ?? character }
func asCyrillic(_ character: Character) -> Character { twins.first { $0.latin == character }?.cyrillic ?? character }

/// The candidate that looks the same as `word` but for the script of some letters.
func lookAlike(_ word: String, among candidates: [String]) -> String? {
    let latin = String(folded(String(word.map(asLatin))))
    return candidates.first { String(folded(String($0.map(asLatin)))) == latin && folded($0) != folded(word) }
}

/// The candidate that a wrong word most likely means: the same but for look-alike letters, or misspelled.
func closest(_ word: String, among candidates: [String]) -> String? {
    lookAlike(word, among: candidates) ?? nearest(to: folded(word), among: candidates)
}

/// "did you mean …?" for a wrong word, or all that is known where that is short.
func suggestion(for word: String, among candidates: [String]) -> String? {
    if let close = closest(word, among: candidates) { return close }
    return candidates.isEmpty || candidates.count > 40 ? nil : "one of: \(candidates.joined(separator: ", "))"
}
