// SPDX-License-Identifier: Apache-2.0
import Decisions

/// Telephone numbers and blocks of them, as rule files and lists write them: with a `+`, in any spelling.
enum PhoneReader {
    static func read(_ text: String) throws(Mistake) -> Int64 {
        if let quick = quick(text) { return quick }
        let digits = text.filter { $0.isASCII && $0.isNumber }
        let others = text.filter { !($0.isASCII && $0.isNumber) && !" ()-.\u{A0}\u{2009}\u{202F}\u{2011}\u{2013}/".contains($0) }
        guard text.hasPrefix("+"), others == "+" else {
            if others.contains(where: \.isLetter) { throw Mistake("\"\(text)\" is no telephone number: it has letters", fix: "digits after a +") }
            throw Mistake("a number in a file begins with +", fix: meant(digits))
        }
        guard let key = DigitKey.key(digits) else {
            throw Mistake("\"\(text)\" has \(digits.count) digits; a number has 1 to 15", fix: "such as +7 495 000-11-22")
        }
        return key
    }

    /// A `+`, then digits with the usual ASCII marks between them; `nil`: look closer.
    private static func quick(_ text: String) -> Int64? {
        var (number, count): (Int64, Int) = (0, -1)
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "+") where count < 0: count = 0
            case 0x30...0x39 where (0..<15).contains(count):
                number = number * 10 + Int64(byte - 0x30)
                count += 1
            case UInt8(ascii: " "), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "-"), UInt8(ascii: "."): if count < 0 { return nil }
            default: return nil
            }
        }
        return count > 0 ? DigitKey.key(number, count: count) : nil
    }

    /// `8 495 …` is how Russia dials itself, `00` is an international prefix in most countries.
    private static func meant(_ digits: String) -> String {
        if digits.hasPrefix("00") { return "+" + digits.dropFirst(2) }
        if digits.hasPrefix("8"), digits.count == 11 { return "+7" + digits.dropFirst() }
        return digits.isEmpty ? "such as +7 495 000-11-22" : "+" + digits
    }
}
