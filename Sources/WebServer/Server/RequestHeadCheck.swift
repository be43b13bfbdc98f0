// SPDX-License-Identifier: Apache-2.0
import NIOHTTP1

/// Why a head is refused before anything else looks at it (SECURITY.md 4; RFC 9112 sections 3.2, 6.1, 6.3).
enum HeadFault: String, CaseIterable, Error {
    case version = "only HTTP/1.0 and HTTP/1.1 are spoken here"
    case host = "a request needs exactly one Host"
    case length = "Content-Length and Transfer-Encoding contradict each other"
    case encoding = "only chunked transfer is understood"
    case target = "the target must be a path"

    var status: HTTPResponseStatus {
        switch self {
        case .version: .httpVersionNotSupported
        case .encoding: .notImplemented
        case .host, .length, .target: .badRequest
        }
    }
}

/// What the head says that the connection must know.
struct HeadTraits {
    var closesAfterwards = false
    var expectsContinue = false

    /// One pass over the fields: this runs for every request.
    init(_ head: HTTPRequestHead) throws(HeadFault) {
        guard head.version == .http1_1 || head.version == .http1_0 else { throw .version }
        guard head.uri.utf8.first == UInt8(ascii: "/") else { throw .target }
        var hosts = 0
        var lengths = 0
        var encodings = 0
        for (name, value) in head.headers {
            switch name.utf8.count {
            case 4 where isEqual(name, "host"): hosts += 1
            case 14 where isEqual(name, "content-length"): lengths += 1
            case 17 where isEqual(name, "transfer-encoding"):
                encodings += 1
                guard isEqual(value, "chunked") else { throw .encoding }
            case 7 where isEqual(name, "upgrade"): closesAfterwards = true
            case 6 where isEqual(name, "expect"): expectsContinue = isEqual(value, "100-continue")
            default: break
            }
        }
        guard hosts == 1 || (hosts == 0 && head.version == .http1_0) else { throw .host }
        guard lengths + encodings <= 1 else { throw .length }
        if !head.isKeepAlive { closesAfterwards = true }
    }
}

/// - Parameter lowerCase: ASCII letters in lower case.
private func isEqual(_ text: String, _ lowerCase: StaticString) -> Bool {
    guard text.utf8.count == lowerCase.utf8CodeUnitCount else { return false }
    var index = 0
    for byte in text.utf8 {
        let folded = (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
        guard folded == lowerCase.utf8Start[index] else { return false }
        index += 1
    }
    return true
}
