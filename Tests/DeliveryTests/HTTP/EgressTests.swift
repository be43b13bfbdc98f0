// SPDX-License-Identifier: Apache-2.0
import Essentials
import HTTPTransfer
import Testing

/// BAD-INPUTS G: every spelling of a place where no request may go.
@Suite struct EgressTests {
    static let refusedURLs: [String] = [
        "https://127.1/", "https://2130706433/", "https://0x7f.1/", "https://017700000001/", "https://127.0.0.1/", "https://127.255.255.254/",
        "https://0177.0.0.1/", "https://127.0.0.01/", "https://0x7f000001/", "https://1.2.3/", "https://1.2.3.4.5/", "https://256.1.1.1/",
        "https://[::1]/", "https://[::ffff:127.0.0.1]/", "https://[::ffff:7f00:1]/", "https://[0:0:0:0:0:ffff:a9fe:a9fe]/",
        "https://[64:ff9b::a9fe:a9fe]/", "https://[64:ff9b::7f00:1]/", "https://[64:ff9b:1::7f00:1]/", "https://[2002:7f00:1::]/",
        "https://[2002:a9fe:a9fe::1]/", "https://[::127.0.0.1]/", "https://[fe80::1%25eth0]/", "https://[fe80::1]/", "https://[fec0::1]/",
        "https://[fd00:ec2::254]/", "https://[fc00::1]/", "https://[ff02::1]/", "https://[::]/", "https://[2001:0:4136:e378:8000:63bf:80ff:fffe]/",
        "https://[2a00:1450::5efe:7f00:1]/", "https://[2001:db8::1]/", "https://[::1/", "https://::1/", "https://[v1.a]/",
        "https://0.0.0.0/", "https://0.1.2.3/", "https://169.254.169.254/latest", "https://168.63.129.16/", "https://100.100.100.200/",
        "https://10.0.0.1/", "https://172.16.0.1/", "https://172.31.255.255/", "https://192.168.1.1/", "https://100.64.0.1/",
        "https://224.0.0.1/", "https://255.255.255.255/", "https://198.18.0.1/", "https://192.0.0.1/", "https://192.0.2.1/",
        "https://metadata.google.internal/", "https://localhost./", "https://LOCALHOST/", "https://localhost/", "https://a.localhost/",
        "https://crm.ехample.com/", "https://crm。example/", "https://ⓛocalhost/", "https://１２７.0.0.1/",
        "https://user@crm.example/", "https://user:password@crm.example/", "https://crm.example@127.0.0.1/",
        "https://crm.example#@evil.example/", "https://crm.example\\@evil.example/", "https://crm.example\\.evil/",
        "https://crm.example:0/", "https://crm.example:65536/", "https://crm.example:080/", "https://crm.example:+443/",
        "https://crm.example:/", "https://crm.example:443:443/", "https://crm.example:4 43/",
        "gopher://crm.example/", "file:///etc/passwd", "unix:/run/x.sock", "ftp://crm.example/", "https:/crm.example/", "https:crm.example/",
        "//crm.example/", "crm.example", "", "https://", "https:///x", "https://.example/", "https://crm..example/", "https://-a.example/",
        "https://crm.\texample/", "https://crm.\nexample/", "https://crm.example/\r\nX: y", "https://crm.example/ a", "\thttps://crm.example/",
        " https://crm.example/", "https://crm.example/\u{0}", "https://crm.example/{lead}", "https://%31%32%37.0.0.1/", "https://crm.example%00/",
        "http://crm.example/", "HTTP://CRM.EXAMPLE/", "http://93.184.216.34/",
    ]

    @Test(arguments: refusedURLs)
    func isRefusedBeforeAnythingIsOpened(url: String) async throws {
        let result = try await HTTPTransferTests.send(TransferRequest(method: "POST", url: url, body: []), within: .seconds(5))
        guard case .failedBeforeSend(let failure) = result else { throw Unexpected() }
        #expect(failure.reason == .egressRefused)
        #expect(failure.curlCode == nil)
    }

    @Test func overlongURLIsRefused() throws {
        #expect(throws: EgressProblem.self) { try EgressURL("https://crm.example/" + String(repeating: "a", count: 65_536)) }
    }

    static let taken: [(url: String, text: String)] = [
        ("https://crm.example", "https://crm.example/"), ("HTTPS://CRM.Example:443/A?b=c", "https://crm.example/A?b=c"),
        ("https://crm.example:8443?x", "https://crm.example:8443/?x"), ("https://93.184.216.34/", "https://93.184.216.34/"),
        ("https://[2606:4700::1111]:8443/", "https://[2606:4700::1111]:8443/"), ("https://xn--e1afmkfd.xn--p1ai/", "https://xn--e1afmkfd.xn--p1ai/"),
        ("https://crm.example./%7E/../a", "https://crm.example./%7E/../a"), ("https://[2002:5db8:d822::1]/", "https://[2002:5db8:d822::1]/"),
        ("https://crm.example:22/", "https://crm.example:22/"), ("https://a_b.example/", "https://a_b.example/"),
    ]

    @Test(arguments: taken)
    func publicURLIsTaken(url: String, text: String) throws {
        let read = try EgressURL(url)
        #expect(read.text == text)
        #expect(EgressPolicy.publicOnly.refusal(of: read) == nil)
    }

    /// The policy judges the connected address: a name that leads to loopback is refused although its spelling is harmless.
    @Test func nameThatLeadsToLoopbackIsRefusedAtTheSocket() async throws {
        let server = TestServer(answering: HTTPTransferTests.ok)
        // Allowing some other address on the same port lets the name "localhost" pass the first check, not the second.
        let other = try #require(EgressAddress("127.0.0.2:\(server.port)"))
        let request = TransferRequest(
            method: "POST", url: "http://localhost:\(server.port)/", body: [], policy: try EgressPolicy(allowing: [other]))
        let result = try await HTTPTransferTests.send(request)
        guard case .failedBeforeSend(let failure) = result else { throw Unexpected() }
        #expect(failure.reason == .egressRefused)
        #expect(server.connectionCount == 0)
    }

    @Test func namedAddressIsReachedOnItsPortOnly() async throws {
        let server = TestServer(answering: HTTPTransferTests.ok)
        let elsewhere = TestServer(answering: HTTPTransferTests.ok)
        var request = try HTTPTransferTests.post(server)
        guard case .response = try await HTTPTransferTests.send(request) else { throw Unexpected() }
        request.url = elsewhere.url
        guard case .failedBeforeSend(let failure) = try await HTTPTransferTests.send(request) else { throw Unexpected() }
        #expect(failure.reason == .egressRefused)
        #expect(elsewhere.connectionCount == 0)
    }

    @Test(arguments: ["169.254.169.254:80", "0.0.0.0:80", "[fe80::1]:80", "224.0.0.1:80", "[64:ff9b::7f00:1]:80", "168.63.129.16:80"])
    func forbiddenAddressCanNotBeNamed(address: String) throws {
        let address = try #require(EgressAddress(address))
        #expect(throws: EgressProblem.self) { try EgressPolicy(allowing: [address]) }
    }

    @Test(arguments: ["127.0.0.1", "127.0.0.1:0", "127.1:80", "localhost:80", ":80", "[::1]", "::1:80", "127.0.0.1:65536", "127.0.0.1:080"])
    func addressWithoutExactFormIsNotRead(text: String) { #expect(EgressAddress(text) == nil) }

    @Test func mappedAddressIsTheSameAddress() throws {
        #expect(EgressAddress("[::ffff:10.0.0.1]:80") == EgressAddress("10.0.0.1:80"))
        #expect(EgressAddress("[::1]:80")?.description == "[::1]:80")
    }

    /// R45: what could be a secret never prints.
    @Test func requestPrintsNoSecret() throws {
        let request = TransferRequest(
            method: "POST", url: "https://crm.example/rest/1/canary/?auth=canary", headers: [TransferHeader("Authorization", "Bearer canary")],
            body: Array("canary".utf8))
        var dumped = ""
        dump(request, to: &dumped)
        for text in ["\(request)", String(reflecting: request), dumped, "\(request.headers)"] { #expect(!text.contains("canary")) }
        #expect("\(request)" == "POST https://crm.example:443")
    }

    @Test(arguments: [
        ("X Y", "z"), ("X", "a\r\nb"), ("X", "a\u{0}"), ("", "x"), ("Content-Length", "5"), ("Host", "evil"), ("Transfer-Encoding", "chunked"),
    ])
    func headerThatWouldBreakTheMessageIsRefused(name: String, value: String) async throws {
        let request = TransferRequest(method: "POST", url: "https://crm.example/", headers: [TransferHeader(name, value)], body: [])
        guard case .failedBeforeSend(let failure) = try await HTTPTransferTests.send(request) else { throw Unexpected() }
        #expect(failure.reason == .badRequest)
    }
}
