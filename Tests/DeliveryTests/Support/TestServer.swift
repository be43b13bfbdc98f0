// SPDX-License-Identifier: Apache-2.0
import Glibc
import HTTPTransfer
import Synchronization

/// A server on loopback that does to each connection what the test says: refuse, reset, stall, lie.
///
/// One thread accepts, one thread serves each connection; `requests` tells what arrived.
final class TestServer: Sendable {
    let port: UInt16
    private let listener: CInt
    private let handler: @Sendable (TestConnection) -> Void
    private let log = Mutex<(connections: Int, requests: [TestRequest])>((0, []))

    init(_ handler: @escaping @Sendable (TestConnection) -> Void) {
        self.handler = handler
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        port = TestServer.bindToAnyPort(listener)
        listen(listener, 128)
        TestServer.thread { [self] in accepting() }
    }

    /// Answers every request with the same bytes.
    convenience init(answering bytes: String) {
        self.init { connection in while connection.readRequest() != nil { connection.send(bytes) } }
    }

    var url: String { "http://127.0.0.1:\(port)/leads" }
    var policy: EgressPolicy { get throws { try EgressPolicy(allowing: [address]) } }
    var address: EgressAddress {
        guard let address = EgressAddress(bytes: [127, 0, 0, 1], port: port) else { fatalError("four bytes are an address") }
        return address
    }
    var requests: [TestRequest] { log.withLock { $0.requests } }
    var connectionCount: Int { log.withLock { $0.connections } }

    /// No connection is accepted any more; the port refuses.
    func stop() { shutdown(listener, Int32(SHUT_RDWR)) }

    deinit { close(listener) }

    fileprivate func record(_ request: TestRequest) { log.withLock { $0.requests.append(request) } }

    private func accepting() {
        while true {
            let descriptor = accept(listener, nil, nil)
            guard descriptor >= 0 else { return }
            let number = log.withLock { log in
                log.connections += 1
                return log.connections
            }
            TestServer.thread { [self] in
                let connection = TestConnection(descriptor, number: number, server: self)
                handler(connection)
                connection.close()
            }
        }
    }

    static func bindToAnyPort(_ descriptor: CInt) -> UInt16 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                precondition(bind(descriptor, address, length) == 0, "loopback has a free port")
                precondition(getsockname(descriptor, address, &length) == 0, "a bound socket has a name")
            }
        }
        return UInt16(bigEndian: address.sin_port)
    }

    /// A port on which nothing listens.
    static func refusingPort() -> UInt16 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { Glibc.close(descriptor) }
        return bindToAnyPort(descriptor)
    }

    private static func thread(_ body: @escaping @Sendable () -> Void) {
        var id = pthread_t()
        let box = Unmanaged.passRetained(Box(body))
        pthread_create(
            &id, nil,
            { raw in
                guard let raw else { return nil }
                Unmanaged<Box>.fromOpaque(raw).takeRetainedValue().body()
                return nil
            }, box.toOpaque())
        pthread_detach(id)
    }

    private final class Box: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
}

/// A request as it arrived, framed by its Content-Length.
struct TestRequest: Sendable, Equatable {
    var connection: Int
    var line: String
    var headers: [String: String]
    var body: [UInt8]
    var method: String { String(line.prefix { $0 != " " }) }
    var target: String { line.split(separator: " ").dropFirst().first.map(String.init) ?? "" }
    var text: String { String(decoding: body, as: UTF8.self) }
}

/// One accepted connection. Used by its own thread alone.
final class TestConnection {
    /// From 1, in the order of acceptance.
    let number: Int
    private let descriptor: CInt
    private let server: TestServer
    private var isOpen = true
    private var buffer: [UInt8] = []

    init(_ descriptor: CInt, number: Int, server: TestServer) {
        self.descriptor = descriptor
        self.number = number
        self.server = server
    }

    /// The next whole request; `nil` when the client is gone.
    func readRequest() -> TestRequest? {
        var head = headEnd()
        while head == nil {
            guard readMore() else { return nil }
            head = headEnd()
        }
        guard let head else { return nil }
        let lines = String(decoding: buffer[..<head], as: UTF8.self).split(separator: "\r\n").map(String.init)
        buffer.removeFirst(head + 4)
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            headers[parts[0].lowercased()] = parts.count > 1 ? parts[1].drop { $0 == " " }.description : ""
        }
        let length = headers["content-length"].flatMap { Int($0) } ?? 0
        while buffer.count < length { guard readMore() else { return nil } }
        let request = TestRequest(connection: number, line: lines.first ?? "", headers: headers, body: Array(buffer.prefix(length)))
        buffer.removeFirst(length)
        server.record(request)
        return request
    }

    /// Sends the bytes as they are.
    func send(_ text: String) { send(Array(text.utf8)) }

    /// `false` when the client no longer takes them.
    @discardableResult
    func send(_ bytes: [UInt8]) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    /// Answers with a status and a JSON body, rightly framed.
    func answer(_ status: Int, _ body: String = "{}", headers: [String] = []) {
        let extra = headers.map { $0 + "\r\n" }.joined()
        send("HTTP/1.1 \(status) X\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\(extra)\r\n\(body)")
    }

    /// Waits until the client goes away, answering nothing.
    func stall() { while readMore() {} }

    /// Ends with RST instead of FIN.
    func reset() {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        close()
    }

    func close() {
        guard isOpen else { return }
        isOpen = false
        Glibc.close(descriptor)
    }

    private func headEnd() -> Int? {
        guard buffer.count >= 4 else { return nil }
        return (0...(buffer.count - 4)).first { buffer[$0..<($0 + 4)].elementsEqual([13, 10, 13, 10]) }
    }

    private func readMore() -> Bool {
        guard isOpen else { return false }
        var chunk = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &chunk, chunk.count, 0)
        guard count > 0 else { return false }
        buffer.append(contentsOf: chunk[..<count])
        return true
    }
}
