// SPDX-License-Identifier: Apache-2.0
import CCurl
import Essentials
import Glibc

/// One transfer under way: owns what its callbacks write. Touched by the loop's thread alone ("you must not use the same
/// handle in two threads", libcurl-thread(3)).
final class EasyTransfer {
    let pending: PendingTransfer
    let easy: UnsafeMutableRawPointer
    private let startedAt = ContinuousClock.now
    private var headerList: UnsafeMutablePointer<curl_slist>?

    private var status = 0
    private var headers: [TransferHeader] = []
    private var headerBytes = 0
    /// The empty line after the headers came. libcurl calls an answer that breaks off within them a success.
    private var headersEnded = false
    private var body: [UInt8] = []
    /// How often libcurl was about to send the request: from the first time on, bytes may have left.
    private var sends = 0
    private var refusedAddress: String?
    private var overflow: TransferFailure.Reason?

    init(_ pending: PendingTransfer, easy: UnsafeMutableRawPointer) {
        self.pending = pending
        self.easy = easy
    }

    deinit { curl_slist_free_all(headerList) }

    /// Sets every option anew; the handle was reset.
    func prepare(settings: HTTPTransfer.Settings) {
        let request = pending.request
        callsieve_easy_set_text(easy, CURLOPT_URL, request.url.text)
        callsieve_easy_set_text(easy, CURLOPT_PROTOCOLS_STR, request.url.isPlain ? "http" : "https")
        callsieve_easy_set_long(easy, CURLOPT_HTTP_VERSION, callsieve_http_1_1())
        callsieve_easy_set_long(easy, CURLOPT_PATH_AS_IS, 1)
        callsieve_easy_set_long(easy, CURLOPT_NOSIGNAL, 1)
        // Otherwise ending a transfer waits for a name look-up that hangs, and with it every other transfer.
        callsieve_easy_set_long(easy, CURLOPT_QUICK_EXIT, 1)
        callsieve_easy_set_long(easy, CURLOPT_DNS_CACHE_TIMEOUT, 60)
        // "" overrides http_proxy and its kin in the environment (CURLOPT_PROXY(3)).
        callsieve_easy_set_text(easy, CURLOPT_PROXY, "")
        callsieve_easy_set_text(easy, CURLOPT_NOPROXY, "*")
        callsieve_easy_set_long(easy, CURLOPT_NETRC, 0)
        callsieve_easy_set_long(easy, CURLOPT_FOLLOWLOCATION, 0)
        callsieve_easy_set_long(easy, CURLOPT_SSL_VERIFYPEER, 1)
        callsieve_easy_set_long(easy, CURLOPT_SSL_VERIFYHOST, 2)
        callsieve_easy_set_long(easy, CURLOPT_SSLVERSION, callsieve_tls_1_2())
        if let file = request.policy.authoritiesFile { callsieve_easy_set_text(easy, CURLOPT_CAINFO, file) }
        setTimes(request.limits, settings: settings)
        setMessage(request)
        setCallbacks()
    }

    private func setTimes(_ limits: TransferLimits, settings: HTTPTransfer.Settings) {
        let total = max(1, pending.deadline.remaining.milliseconds)
        callsieve_easy_set_long(easy, CURLOPT_TIMEOUT_MS, Int(total))
        callsieve_easy_set_long(easy, CURLOPT_CONNECTTIMEOUT_MS, Int(max(1, min(total, limits.connect.milliseconds))))
        callsieve_easy_set_long(easy, CURLOPT_LOW_SPEED_LIMIT, limits.slowBytesPerSecond)
        callsieve_easy_set_long(easy, CURLOPT_LOW_SPEED_TIME, Int(max(1, limits.slowFor.milliseconds / 1000)))
        callsieve_easy_set_long(easy, CURLOPT_MAXAGE_CONN, Int(settings.idleAgeMax.milliseconds / 1000))
    }

    private func setMessage(_ request: PreparedRequest) {
        if let body = request.body {
            callsieve_easy_set_offset(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count))
            body.withUnsafeBytes { bytes in
                var nothing: UInt8 = 0
                withUnsafeMutableBytes(of: &nothing) { empty in
                    let start = UnsafeMutableRawPointer(mutating: bytes.baseAddress) ?? empty.baseAddress
                    callsieve_easy_set_pointer(easy, CURLOPT_COPYPOSTFIELDS, start)
                }
            }
        } else if request.method == "HEAD" {
            callsieve_easy_set_long(easy, CURLOPT_NOBODY, 1)
        }
        callsieve_easy_set_text(easy, CURLOPT_CUSTOMREQUEST, request.method)
        for line in request.headerLines { headerList = curl_slist_append(headerList, line) }
        callsieve_easy_set_pointer(easy, CURLOPT_HTTPHEADER, headerList)
    }

    private func setCallbacks() {
        let me = Unmanaged.passUnretained(self).toOpaque()
        callsieve_easy_set_data_function(easy, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
            EasyTransfer.from(context).received(body: bytes, size * count)
        }
        callsieve_easy_set_pointer(easy, CURLOPT_WRITEDATA, me)
        callsieve_easy_set_data_function(easy, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
            EasyTransfer.from(context).received(header: bytes, size * count)
        }
        callsieve_easy_set_pointer(easy, CURLOPT_HEADERDATA, me)
        callsieve_easy_set_open_socket(easy) { context, _, address in
            EasyTransfer.from(context).open(address)
        }
        callsieve_easy_set_pointer(easy, CURLOPT_OPENSOCKETDATA, me)
        callsieve_easy_set_before_request(easy) { context, _, _, _, _ in
            EasyTransfer.from(context).aboutToSend()
        }
        callsieve_easy_set_pointer(easy, CURLOPT_PREREQDATA, me)
    }

    private static func from(_ context: UnsafeMutableRawPointer?) -> EasyTransfer {
        guard let context else { fatalError("libcurl calls back with the context we gave it") }
        return Unmanaged<EasyTransfer>.fromOpaque(context).takeUnretainedValue()
    }

    // MARK: Callbacks

    /// Anything but `count` ends the transfer (CURLOPT_WRITEFUNCTION(3)).
    private func received(body bytes: UnsafeMutablePointer<CChar>?, _ count: Int) -> Int {
        guard body.count + count <= pending.request.limits.bodyBytesMax else {
            overflow = .bodyTooLarge
            return 0
        }
        guard let bytes, count > 0 else { return count }
        body.append(contentsOf: UnsafeRawBufferPointer(start: bytes, count: count))
        return count
    }

    /// One line at a time, those of 1xx answers included; a status line begins a new answer.
    private func received(header bytes: UnsafeMutablePointer<CChar>?, _ count: Int) -> Int {
        headerBytes += count
        guard headerBytes <= pending.request.limits.headerBytesMax else {
            overflow = .headersTooLarge
            return 0
        }
        guard let bytes, count > 0 else { return count }
        let line = UnsafeRawBufferPointer(start: bytes, count: count)
        if line.starts(with: "HTTP/".utf8) {
            headers = []
            headersEnded = false
        } else if line.allSatisfy({ $0 == 0x0D || $0 == 0x0A }) {
            headersEnded = true
        } else if let colon = line.firstIndex(of: UInt8(ascii: ":")) {
            let name = String(decoding: line[..<colon], as: UTF8.self)
            let value = line[(colon + 1)...].drop { $0 == 0x20 || $0 == 0x09 }
            let end = value.lastIndex { $0 > 0x20 }.map { $0 + 1 } ?? value.startIndex
            headers.append(TransferHeader(name, String(decoding: value[..<end], as: UTF8.self)))
        }
        return count
    }

    /// The only sound place for the policy: this is the address that will be connected, whatever the name said before.
    private func open(_ address: UnsafeMutablePointer<curl_sockaddr>?) -> curl_socket_t {
        guard let address, let target = EasyTransfer.read(address) else { return callsieve_bad_socket() }
        if let refusal = pending.request.policy.refusal(of: target, plain: pending.request.url.isPlain) {
            refusedAddress = refusal
            return callsieve_bad_socket()
        }
        return socket(address.pointee.family, address.pointee.socktype | Int32(SOCK_CLOEXEC.rawValue), address.pointee.`protocol`)
    }

    private static func read(_ address: UnsafeMutablePointer<curl_sockaddr>) -> EgressAddress? {
        withUnsafePointer(to: &address.pointee.addr) { start in
            let raw = UnsafeRawPointer(start)
            switch address.pointee.family {
            case AF_INET:
                let ipv4 = raw.loadUnaligned(as: sockaddr_in.self)
                return EgressAddress(bytes: withUnsafeBytes(of: ipv4.sin_addr) { Array($0) }, port: UInt16(bigEndian: ipv4.sin_port))
            case AF_INET6:
                let ipv6 = raw.loadUnaligned(as: sockaddr_in6.self)
                return EgressAddress(bytes: withUnsafeBytes(of: ipv6.sin6_addr) { Array($0) }, port: UInt16(bigEndian: ipv6.sin6_port))
            default: return nil
            }
        }
    }

    /// Called each time the request is about to leave. The second time is libcurl's repeat after a kept connection died
    /// without an answer: the first copy may have been read, so it ends here as an unknown outcome.
    private func aboutToSend() -> CInt {
        sends += 1
        return sends == 1 ? CInt(CURL_PREREQFUNC_OK) : CInt(CURL_PREREQFUNC_ABORT)
    }

    // MARK: The end

    /// What the transfer came to, by libcurl's result.
    func result(_ code: CURLcode) -> TransferResult {
        guard code == CURLE_OK else { return ended(failure(code)) }
        guard headersEnded else { return ended(TransferFailure(.incomplete)) }
        var answered = 0
        callsieve_easy_get_long(easy, CURLINFO_RESPONSE_CODE, &answered)
        guard (200...599).contains(answered) else { return ended(TransferFailure(.unreadable, detail: "status \(answered)")) }
        return .response(
            TransferResponse(
                status: answered, headers: headers, body: body, connectedTo: connectedTo(), took: ContinuousClock.now - startedAt,
                onNewConnection: connections() > 0))
    }

    /// A failure as the case its moment makes it.
    func ended(_ failure: TransferFailure) -> TransferResult { sends == 0 ? .failedBeforeSend(failure) : .unknown(failure) }

    private func failure(_ code: CURLcode) -> TransferFailure {
        let number = Int(code.rawValue)
        if let overflow { return TransferFailure(overflow, curlCode: number) }
        if sends > 1 { return TransferFailure(.staleConnection, curlCode: number) }
        if sends == 0, let refusedAddress { return TransferFailure(.egressRefused, curlCode: number, detail: refusedAddress) }
        return TransferFailure(TransferFailure.Reason(code), curlCode: number)
    }

    private func connections() -> Int {
        var count = 0
        callsieve_easy_get_long(easy, CURLINFO_NUM_CONNECTS, &count)
        return count
    }

    private func connectedTo() -> String {
        var address: UnsafePointer<CChar>?
        var port = 0
        withUnsafeMutablePointer(to: &address) { _ = callsieve_easy_get_pointer(easy, CURLINFO_PRIMARY_IP, $0) }
        callsieve_easy_get_long(easy, CURLINFO_PRIMARY_PORT, &port)
        guard let address else { return "" }
        let text = String(cString: address)
        return text.contains(":") ? "[\(text)]:\(port)" : "\(text):\(port)"
    }
}
