// SPDX-License-Identifier: Apache-2.0
import Essentials

/// Writes the stored form of a call: see `Call+Stored.swift`.
struct CallBytes {
    var bytes: [UInt8] = []

    /// One field: the tag, the length, and what `body` writes.
    mutating func put(_ tag: UInt8, _ body: (inout CallBytes) -> Void) {
        bytes.append(tag)
        let place = bytes.count
        bytes.append(0)
        body(&self)
        let count = bytes.count - place - 1
        guard count >= 0x80 else {
            bytes[place] = UInt8(count)
            return
        }
        var length = CallBytes()
        length.length(count)
        bytes.replaceSubrange(place...place, with: length.bytes)
    }

    mutating func text(_ text: String) { bytes.append(contentsOf: text.utf8) }

    /// A text that something follows.
    mutating func counted(_ text: String) {
        length(text.utf8.count)
        bytes.append(contentsOf: text.utf8)
    }

    mutating func stamp(_ stamp: CallStamp) {
        number(stamp.milliseconds)
        number(stamp.sequence)
    }

    mutating func stamped(_ stamp: CallStamp, _ text: String) {
        self.stamp(stamp)
        self.text(text)
    }

    /// A signed number: zigzag, then seven bits a byte, least first.
    mutating func number(_ number: Int64) { varint(UInt64(bitPattern: number << 1 ^ number >> 63)) }

    mutating func length(_ count: Int) { varint(UInt64(count)) }

    private mutating func varint(_ value: UInt64) {
        var value = value
        while value >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: value) | 0x80)
            value >>= 7
        }
        bytes.append(UInt8(value))
    }
}

/// Reads one field's value.
struct CallReader {
    private var left: ArraySlice<UInt8>
    init(_ bytes: ArraySlice<UInt8>) { left = bytes }

    var isAtEnd: Bool { left.isEmpty }

    mutating func byte() -> UInt8? { left.popFirst() }

    mutating func number() -> Int64? {
        varint().map { Int64(bitPattern: $0 >> 1) ^ -Int64(bitPattern: $0 & 1) }
    }

    mutating func stamp() -> CallStamp? {
        guard let milliseconds = number(), let sequence = number() else { return nil }
        return CallStamp(milliseconds: milliseconds, sequence: sequence)
    }

    mutating func slice() -> ArraySlice<UInt8>? {
        guard let count = varint(), count <= UInt64(left.count) else { return nil }
        defer { left = left.dropFirst(Int(count)) }
        return left.prefix(Int(count))
    }

    mutating func counted() -> String? { slice().map { String(decoding: $0, as: UTF8.self) } }

    mutating func rest() -> String {
        defer { left = [] }
        return String(decoding: left, as: UTF8.self)
    }

    private mutating func varint() -> UInt64? {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 64, by: 7) {
            guard let byte = left.popFirst() else { return nil }
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
        }
        return nil
    }
}

/// The fields of a stored call by tag.
struct CallFields {
    private var values: [UInt8: [ArraySlice<UInt8>]] = [:]

    /// `nil` when the bytes end inside a field.
    init?(_ bytes: ArraySlice<UInt8>) {
        var reader = CallReader(bytes)
        while let tag = reader.byte() {
            guard let value = reader.slice() else { return nil }
            values[tag, default: []].append(value)
        }
    }

    struct Texts {
        let values: [UInt8: [ArraySlice<UInt8>]]
        subscript(tag: UInt8) -> String? { values[tag]?.first.map { String(decoding: $0, as: UTF8.self) } }
    }
    var texts: Texts { Texts(values: values) }

    func all(_ tag: UInt8) -> [ArraySlice<UInt8>] { values[tag] ?? [] }

    func number(_ tag: UInt8) -> Int64? {
        guard var reader = values[tag]?.first.map(CallReader.init) else { return nil }
        return reader.number()
    }

    func instant(_ tag: UInt8) -> Instant? { number(tag).map { Instant(unixMilliseconds: $0) } }

    func stamp(_ tag: UInt8) -> CallStamp? {
        guard var reader = values[tag]?.first.map(CallReader.init) else { return nil }
        return reader.stamp()
    }

    func stamped(_ tag: UInt8) -> Stamped<String>? {
        guard var reader = values[tag]?.first.map(CallReader.init), let stamp = reader.stamp() else { return nil }
        return Stamped(stamp: stamp, value: reader.rest())
    }
}
