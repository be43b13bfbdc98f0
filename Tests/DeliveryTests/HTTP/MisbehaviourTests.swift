// SPDX-License-Identifier: Apache-2.0
import Essentials
import HTTPTransfer
import Testing

/// A way in which a CRM's answer goes wrong after the request was read (BAD-INPUTS F), and what must be made of it.
struct Misbehaviour: Sendable, CustomTestStringConvertible {
    enum Ending: Sendable { case status(Int), unknown }
    var name: String
    var ending: Ending
    var act: @Sendable (TestConnection) -> Void
    var testDescription: String { name }

    init(_ name: String, _ ending: Ending, _ act: @escaping @Sendable (TestConnection) -> Void) {
        self.name = name
        self.ending = ending
        self.act = act
    }

    init(_ name: String, _ ending: Ending, answer: String) { self.init(name, ending) { $0.send(answer) } }

    static let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
    static let all: [Misbehaviour] = [
        Misbehaviour("65 closes without an answer", .unknown) { $0.close() },
        Misbehaviour("65 closes after the headers", .unknown, answer: head + "Content-Length: 5\r\n\r\n"),
        Misbehaviour("65 closes within the body", .unknown, answer: head + "Content-Length: 5\r\n\r\n{}"),
        Misbehaviour("65 closes within the headers", .unknown, answer: "HTTP/1.1 200 OK\r\nContent-Ty"),
        Misbehaviour("65 closes after a body without length", .status(200), answer: head + "\r\n{\"id\":1}"),
        Misbehaviour("66 resets at once", .unknown) { $0.reset() },
        Misbehaviour("66 resets within the body", .unknown) {
            $0.send(head + "Content-Length: 50\r\n\r\n{"); $0.reset()
        },
        Misbehaviour("67 never answers", .unknown) { $0.stall() },
        Misbehaviour("67 stops within the headers", .unknown) {
            $0.send("HTTP/1.1 200 OK\r\nX"); $0.stall()
        },
        Misbehaviour("67 stops within the body", .unknown) {
            $0.send(head + "Content-Length: 9\r\n\r\n{"); $0.stall()
        },
        Misbehaviour("68 1,000 times 100 Continue", .status(200)) { connection in
            for _ in 0..<1_000 { connection.send("HTTP/1.1 100 Continue\r\n\r\n") }
            connection.answer(200)
        },
        Misbehaviour("68 100 Continue without end", .unknown) { connection in
            while connection.send(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)) {}
        },
        Misbehaviour("68 103 Early Hints first", .status(200)) {
            $0.send("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"); $0.answer(200)
        },
        Misbehaviour("68 204 with a body", .status(204), answer: "HTTP/1.1 204 No Content\r\nContent-Length: 2\r\n\r\n{}"),
        Misbehaviour("68 205", .status(205), answer: "HTTP/1.1 205 Reset Content\r\nContent-Length: 0\r\n\r\n"),
        Misbehaviour("68 200 and empty", .status(200), answer: "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
        Misbehaviour("69 redirect to metadata is not followed", .status(302)) {
            $0.answer(302, headers: ["Location: http://169.254.169.254/latest/meta-data/"])
        },
        Misbehaviour("69 redirect to a file is not followed", .status(301)) { $0.answer(301, headers: ["Location: file:///etc/passwd"]) },
        Misbehaviour("72 status 99", .unknown, answer: "HTTP/1.1 99 X\r\nContent-Length: 0\r\n\r\n"),
        Misbehaviour("72 status 1000", .unknown, answer: "HTTP/1.1 1000 X\r\nContent-Length: 0\r\n\r\n"),
        Misbehaviour("72 status 600", .unknown, answer: "HTTP/1.1 600 X\r\nContent-Length: 0\r\n\r\n"),
        Misbehaviour("72 599", .status(599)) { $0.answer(599) },
        Misbehaviour("72 no status line", .unknown, answer: "{\"id\":1}"),
        Misbehaviour("72 garbage before the status line", .unknown, answer: "\u{1}\u{2}garbage\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
        Misbehaviour("73 length too small: the rest is dropped", .status(200), answer: head + "Content-Length: 2\r\n\r\n{}{}{}"),
        Misbehaviour("73 length too large", .unknown, answer: head + "Content-Length: 999999\r\n\r\n{}"),
        Misbehaviour("73 length of letters", .unknown, answer: head + "Content-Length: many\r\n\r\n{}"),
        Misbehaviour("73 broken chunk size", .unknown, answer: head + "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n"),
        Misbehaviour("73 chunks without end", .unknown, answer: head + "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n"),
        Misbehaviour("74 body without end", .unknown) { connection in
            connection.send(head + "\r\n")
            while connection.send([UInt8](repeating: 0x20, count: 65_536)) {}
        },
        Misbehaviour("74 headers without end", .unknown) { connection in
            connection.send("HTTP/1.1 200 OK\r\n")
            while connection.send(Array("X-Filler: 0123456789\r\n".utf8)) {}
        },
        Misbehaviour("74 one header without end", .unknown) { connection in
            connection.send("HTTP/1.1 200 OK\r\nX-Filler: ")
            while connection.send([UInt8](repeating: 0x41, count: 65_536)) {}
        },
    ]
}

@Suite struct MisbehaviourTests {
    @Test(arguments: Misbehaviour.all)
    func isAnswerOrUnknownAndSentOnce(_ misbehaviour: Misbehaviour) async throws {
        let server = TestServer { connection in
            guard connection.readRequest() != nil else { return }
            misbehaviour.act(connection)
        }
        let result = try await HTTPTransferTests.send(HTTPTransferTests.post(server), within: .milliseconds(1_000))
        switch (misbehaviour.ending, result) {
        case (.status(let status), .response(let response)): #expect(response.status == status)
        case (.unknown, .unknown): break
        default: Issue.record("\(misbehaviour.name): \(result)")
        }
        #expect(server.requests.count == 1)
    }

    /// R24: bounded memory. The cap is on what is kept, whatever length was declared.
    @Test func bodyIsCappedAtItsLimit() async throws {
        let server = TestServer { connection in
            guard connection.readRequest() != nil else { return }
            connection.send(Misbehaviour.head + "Content-Length: 100\r\n\r\n" + String(repeating: " ", count: 100))
        }
        for (limit, fits) in [(99, false), (100, true)] {
            let result = try await HTTPTransferTests.send(HTTPTransferTests.post(server, limits: TransferLimits(bodyBytesMax: limit)))
            if fits {
                guard case .response = result else { throw Unexpected() }
            } else {
                #expect(result == .unknown(TransferFailure(.bodyTooLarge, curlCode: 23)))
            }
        }
    }

    /// BAD-INPUTS F 65: the answer breaks off at every byte; only the whole one is an answer.
    @Test func answerCutAtEveryByteIsUnknown() async throws {
        let answer = Array((Misbehaviour.head + "Content-Length: 8\r\n\r\n{\"id\":1}").utf8)
        let server = TestServer { connection in
            guard let request = connection.readRequest() else { return }
            connection.send(Array(answer.prefix(Int(request.text) ?? 0)))
        }
        let http = try HTTPTransferTests.patient()
        for length in 0..<answer.count {
            let result = try await HTTPTransferTests.send(HTTPTransferTests.post(server, "\(length)"), by: http)
            guard case .unknown = result else { throw Unexpected() }
        }
        guard case .response = try await HTTPTransferTests.send(HTTPTransferTests.post(server, "\(answer.count)"), by: http) else {
            throw Unexpected()
        }
        #expect(server.requests.count == answer.count + 1)
        await http.shutdown()
    }

    /// BAD-INPUTS F 77: the server read the second request on a kept connection and closed it. libcurl alone would send it again.
    @Test func requestLostOnAKeptConnectionIsNotSentAgain() async throws {
        let server = TestServer { connection in
            guard connection.readRequest() != nil else { return }
            connection.answer(201)
            _ = connection.readRequest()
        }
        let http = try HTTPTransferTests.patient()
        _ = try await HTTPTransferTests.send(HTTPTransferTests.post(server, "first"), by: http)
        let second = try await HTTPTransferTests.send(HTTPTransferTests.post(server, "second"), by: http)
        #expect(second == .unknown(TransferFailure(.staleConnection, curlCode: 42)))
        #expect(server.requests.map(\.text) == ["first", "second"])
        await http.shutdown()
    }

    /// BAD-INPUTS F 76: a second answer that nobody asked for must not be taken for the answer to the next request.
    @Test func strayAnswerIsNotTakenForTheNextOne() async throws {
        let server = TestServer { connection in
            while let request = connection.readRequest() {
                let body = "{\"for\":\"\(request.text)\"}"
                let answer = "HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
                connection.send(request.text == "first" ? answer + answer : answer)
            }
        }
        let http = try HTTPTransferTests.patient()
        _ = try await HTTPTransferTests.send(HTTPTransferTests.post(server, "first"), by: http)
        let second = try await HTTPTransferTests.send(HTTPTransferTests.post(server, "second"), by: http)
        guard case .response(let response) = second else { throw Unexpected() }
        #expect(String(decoding: response.body, as: UTF8.self) == "{\"for\":\"second\"}")
        await http.shutdown()
    }

    @Test func afterAnUnknownEndTheConnectionIsNotUsedAgain() async throws {
        let server = TestServer { connection in
            guard let request = connection.readRequest() else { return }
            if request.text == "lost" { connection.stall() } else { connection.answer(200) }
        }
        let http = try HTTPTransferTests.patient()
        let lost = try await HTTPTransferTests.send(HTTPTransferTests.post(server, "lost"), within: .milliseconds(200), by: http)
        #expect(lost == .unknown(TransferFailure(.timedOut, curlCode: 28)))
        guard case .response = try await HTTPTransferTests.send(HTTPTransferTests.post(server, "next"), by: http) else { throw Unexpected() }
        #expect(server.connectionCount == 2)
        await http.shutdown()
    }
}
