// SPDX-License-Identifier: Apache-2.0
import Essentials

/// A request that was checked and may be handed to libcurl as it is.
struct PreparedRequest: Sendable {
    let method: String
    let url: EgressURL
    /// Lines as libcurl takes them.
    let headerLines: [String]
    let body: [UInt8]?
    let policy: EgressPolicy
    let limits: TransferLimits

    /// - Throws: `.badRequest` for what would not be one clean HTTP message, `.egressRefused` for where it must not go.
    init(_ request: TransferRequest) throws(TransferFailure) {
        guard !request.method.isEmpty, request.method.utf8.count <= 16, request.method.utf8.allSatisfy({ (0x41...0x5A).contains($0) }) else {
            throw TransferFailure(.badRequest, detail: "the method is no upper-case word")
        }
        do {
            url = try EgressURL(request.url)
        } catch {
            throw TransferFailure(.egressRefused, detail: error.description)
        }
        if let refusal = request.policy.refusal(of: url) { throw TransferFailure(.egressRefused, detail: refusal) }
        method = request.method
        headerLines = try PreparedRequest.lines(request.headers, hasBody: request.body != nil)
        body = request.body
        policy = request.policy
        limits = request.limits
    }

    /// `Name: value`; `Name;` sends an empty value and `Name:` suppresses what libcurl would add by itself (CURLOPT_HTTPHEADER(3)).
    private static func lines(_ headers: [TransferHeader], hasBody: Bool) throws(TransferFailure) -> [String] {
        var lines = ["Expect:"]
        var hasType = false
        for header in headers {
            guard isToken(header.name), header.value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else {
                throw TransferFailure(.badRequest, detail: "a header holds characters that no header may hold")
            }
            let name = header.name.lowercased()
            guard !reserved.contains(name) else { throw TransferFailure(.badRequest, detail: "the header \(header.name) is not ours to set") }
            hasType = hasType || name == "content-type"
            lines.append(header.value.isEmpty ? "\(header.name);" : "\(header.name): \(header.value)")
        }
        if hasBody, !hasType { lines.append("Content-Type:") }
        return lines
    }

    /// Framing and connection belong to libcurl.
    private static let reserved: Set<String> = ["host", "content-length", "transfer-encoding", "connection", "expect", "upgrade", "te", "trailer"]

    /// RFC 9110, 5.6.2.
    private static func isToken(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                    || "!#$%&'*+-.^_`|~".utf8.contains(byte)
            }
    }
}

/// A request that waits for its place, with whom to tell the result.
struct PendingTransfer: Sendable {
    let id: UInt64
    let request: PreparedRequest
    let deadline: Deadline
    let continuation: CheckedContinuation<TransferResult, Never>
}
