// SPDX-License-Identifier: Apache-2.0
internal import Crypto
internal import Essentials
internal import Foundation

/// The file of the in-hand ring: `small` slots of `smallBytes`, then `large` ones.
///
/// A slot: state (1 byte: 0 free, 1 held) · crashes (1) · 6 zero bytes · arrival, Unix ms (8) · lengths of source,
/// head and body (3 x 4) · 4 zero bytes · SHA-256 (32) · source · head · body. Numbers little-endian: the file never leaves the machine.
final class RingFile: Sendable {
    static let headerSize = 64
    let shape: RingShape
    let largeMax: Int
    private let descriptor: Int32
    private let path: String

    struct Content {
        let source: String
        let arrivedAt: Instant
        let head: [UInt8]
        let body: [UInt8]
        let hash: [UInt8]
        var crashes = 0

        init(source: String, arrivedAt: Instant, head: [UInt8], body: [UInt8]) {
            self.source = source
            self.arrivedAt = arrivedAt
            self.head = head
            self.body = body
            var start: [UInt8] = []
            start.reserveCapacity(source.utf8.count + 8)
            start.append(littleEndian: UInt32(truncatingIfNeeded: source.utf8.count))
            start.append(contentsOf: source.utf8)
            start.append(littleEndian: UInt32(truncatingIfNeeded: body.count))
            var sha = SHA256()
            start.withUnsafeBytes { sha.update(bufferPointer: $0) }
            body.withUnsafeBytes { sha.update(bufferPointer: $0) }
            hash = Array(sha.finalize())
        }

        var size: Int { RingFile.headerSize + source.utf8.count + head.count + body.count }
    }

    init(path: String, shape: RingShape, largeMax: Int) throws(StoreError) {
        self.path = path
        self.shape = shape
        self.largeMax = largeMax
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw RingFile.failure("open", path) }
    }

    deinit { close(descriptor) }

    private static func failure(_ call: String, _ path: String) -> StoreError {
        StoreError(.ring, "can't \(call) \(path): \(String(cString: strerror(errno)))")
    }

    private func offset(of slot: Int) -> off_t {
        if slot < shape.small { return off_t(slot * shape.smallBytes) }
        return off_t(shape.small * shape.smallBytes + (slot - shape.small) * (largeMax + RingFile.headerSize))
    }

    private func capacity(of slot: Int) -> Int { slot < shape.small ? shape.smallBytes : largeMax + RingFile.headerSize }

    /// One `pwrite` of the whole slot, about a microsecond for a small body.
    func write(_ content: Content, to slot: Int) throws(StoreError) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(content.size)
        bytes.append(littleEndian: UInt64(1 | UInt16(UInt8(clamping: content.crashes)) << 8))
        bytes.append(littleEndian: UInt64(bitPattern: content.arrivedAt.unixMilliseconds))
        for count in [content.source.utf8.count, content.head.count, content.body.count, 0] {
            bytes.append(littleEndian: UInt32(truncatingIfNeeded: count))
        }
        bytes.append(contentsOf: content.hash)
        bytes.append(contentsOf: content.source.utf8)
        bytes.append(contentsOf: content.head)
        bytes.append(contentsOf: content.body)
        try write(bytes, at: offset(of: slot))
    }

    private func write(_ bytes: [UInt8], at offset: off_t) throws(StoreError) {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { pwrite(descriptor, $0.baseAddress?.advanced(by: done), bytes.count - done, offset + off_t(done)) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw RingFile.failure("write", path) }
            done += count
        }
    }

    /// Marks a slot free. A failure is of no consequence: the slot comes back after a restart, as a duplicate.
    func free(_ slot: Int) { try? write([0], at: offset(of: slot)) }

    func set(crashes: Int, of slot: Int) throws(StoreError) { try write([UInt8(clamping: crashes)], at: offset(of: slot) + 1) }

    func scrub(_ slot: Int) throws(StoreError) {
        // What was never written is a hole in the file and stays one.
        guard let header = read(RingFile.headerSize, at: offset(of: slot)), header.contains(where: { $0 != 0 }) else { return }
        try write([UInt8](repeating: 0, count: capacity(of: slot)), at: offset(of: slot))
    }

    /// The content of a held slot; `nil` for a free one and for one whose writing did not finish.
    func read(_ slot: Int) throws(StoreError) -> Content? {
        guard let header = read(RingFile.headerSize, at: offset(of: slot)), header[0] == 1 else { return nil }
        let lengths = [16, 20, 24].map { start in Int(header[start..<start + 4].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }) }
        let total = lengths.reduce(0, +)
        guard total <= capacity(of: slot) - RingFile.headerSize,
            let payload = read(total, at: offset(of: slot) + off_t(RingFile.headerSize))
        else { return nil }
        let arrival = header[8..<16].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        var content = Content(
            source: String(decoding: payload[..<lengths[0]], as: UTF8.self),
            arrivedAt: Instant(unixMilliseconds: Int64(bitPattern: arrival)),
            head: Array(payload[lengths[0]..<lengths[0] + lengths[1]]), body: Array(payload[(lengths[0] + lengths[1])...]))
        guard content.hash == Array(header[32..<64]) else { return nil }
        content.crashes = Int(header[1])
        return content
    }

    private func read(_ count: Int, at offset: off_t) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        var done = 0
        while done < count {
            let got = bytes.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress?.advanced(by: done), count - done, offset + off_t(done)) }
            if got < 0, errno == EINTR { continue }
            guard got > 0 else { return nil }
            done += got
        }
        return bytes
    }
}

extension [UInt8] {
    fileprivate mutating func append<Number: FixedWidthInteger>(littleEndian value: Number) {
        Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
    }
}
