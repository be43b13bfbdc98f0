// SPDX-License-Identifier: Apache-2.0
internal import SQLEngine

/// One reusable block of memory for the bound bytes of a statement.
struct ScratchBuffer {
    private var memory: UnsafeMutableRawBufferPointer = .allocate(byteCount: 4096, alignment: 8)
    private(set) var count = 0

    /// Copies all texts and blobs, in order, without gaps.
    mutating func fill(_ arguments: [SQLValue]) {
        count = 0
        for argument in arguments {
            switch argument {
            case .text(let text):
                var text = text
                text.withUTF8 { append(UnsafeRawBufferPointer($0)) }
            case .blob(let bytes): bytes.withUnsafeBytes { append($0) }
            case .null, .integer: continue
            }
        }
    }

    private mutating func append(_ bytes: UnsafeRawBufferPointer) {
        if count + bytes.count >= memory.count { grow(to: (count + bytes.count) * 2) }
        if let source = bytes.baseAddress { memory.baseAddress?.advanced(by: count).copyMemory(from: source, byteCount: bytes.count) }
        count += bytes.count
    }

    private mutating func grow(to size: Int) {
        let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 8)
        larger.copyMemory(from: UnsafeRawBufferPointer(start: memory.baseAddress, count: count))
        memory.deallocate()
        memory = larger
    }

    /// Valid until the next `fill`.
    func pointer(_ offset: Int) -> UnsafePointer<CChar>? {
        guard let start = memory.baseAddress else { return nil }
        return UnsafePointer(start.advanced(by: offset).assumingMemoryBound(to: CChar.self))
    }

    func release() { memory.deallocate() }
}
