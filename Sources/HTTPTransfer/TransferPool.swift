// SPDX-License-Identifier: Apache-2.0
import CCurl
import Essentials
import Glibc

/// The connections and transfers of one egress policy: a libcurl multi handle of its own, so that a connection judged by one
/// policy never serves another. Touched by the loop's thread alone.
final class TransferPool {
    let multi: UnsafeMutableRawPointer
    private let epoll: CInt
    /// When libcurl wants to be called although no socket has anything (CURLMOPT_TIMERFUNCTION(3)).
    private(set) var timer: ContinuousClock.Instant?
    var waiting: [PendingTransfer] = []
    private(set) var active: [UnsafeMutableRawPointer: EasyTransfer] = [:]
    private var spare: [UnsafeMutableRawPointer] = []
    private let settings: HTTPTransfer.Settings
    /// Descriptors that libcurl waits for now.
    private(set) var sockets: Set<curl_socket_t> = []

    init?(settings: HTTPTransfer.Settings, epoll: CInt) {
        guard let multi = curl_multi_init() else { return nil }
        self.multi = multi
        self.epoll = epoll
        self.settings = settings
        let me = Unmanaged.passUnretained(self).toOpaque()
        callsieve_multi_set_socket_function(multi) { _, socket, what, context, _ in
            TransferPool.from(context).watch(socket, what)
            return 0
        }
        callsieve_multi_set_pointer(multi, CURLMOPT_SOCKETDATA, me)
        callsieve_multi_set_timer_function(multi) { _, milliseconds, context in
            TransferPool.from(context).timer = milliseconds < 0 ? nil : ContinuousClock.now + .milliseconds(milliseconds)
            return 0
        }
        callsieve_multi_set_pointer(multi, CURLMOPT_TIMERDATA, me)
        callsieve_multi_set_long(multi, CURLMOPT_MAXCONNECTS, settings.idleConnectionsMax)
        callsieve_multi_set_long(multi, CURLMOPT_PIPELINING, Int(CURLPIPE_NOTHING))
    }

    /// Transfers must have been ended before: libcurl frees their connections here.
    deinit {
        for easy in spare { curl_easy_cleanup(easy) }
        curl_multi_cleanup(multi)
    }

    private static func from(_ context: UnsafeMutableRawPointer?) -> TransferPool {
        guard let context else { fatalError("libcurl calls back with the context we gave it") }
        return Unmanaged<TransferPool>.fromOpaque(context).takeUnretainedValue()
    }

    /// Begins a transfer. `nil`: it is under way; otherwise how it ended at once.
    func begin(_ pending: PendingTransfer) -> TransferResult? {
        guard !pending.deadline.hasPassed else { return .failedBeforeSend(TransferFailure(.notAdmitted)) }
        guard let easy = spare.popLast() ?? curl_easy_init() else { return .failedBeforeSend(TransferFailure(.other, detail: "out of memory")) }
        let transfer = EasyTransfer(pending, easy: easy)
        transfer.prepare(settings: settings)
        active[easy] = transfer
        let added = curl_multi_add_handle(multi, easy)
        guard added == CURLM_OK else {
            active[easy] = nil
            curl_easy_cleanup(easy)
            return .failedBeforeSend(TransferFailure(.other, detail: "libcurl refused the transfer: \(added.rawValue)"))
        }
        return nil
    }

    /// Lets libcurl act on a socket, or on its timer when `socket` is `nil`; returns what ended.
    func act(on socket: curl_socket_t?, events: CInt) -> [(EasyTransfer, TransferResult)] {
        if socket == nil { timer = nil }
        var running: CInt = 0
        _ = curl_multi_socket_action(multi, socket ?? callsieve_socket_timeout(), events, &running)
        return finished()
    }

    private func finished() -> [(EasyTransfer, TransferResult)] {
        var ended: [(EasyTransfer, TransferResult)] = []
        var left: CInt = 0
        while let message = curl_multi_info_read(multi, &left) {
            guard message.pointee.msg == CURLMSG_DONE, let easy = message.pointee.easy_handle, let transfer = active[easy] else { continue }
            let code = callsieve_message_result(message)
            ended.append((transfer, transfer.result(code)))
            remove(transfer)
        }
        return ended
    }

    /// Takes a transfer away before its end; its connection is closed by libcurl, since an answer is still due on it.
    func abort(_ transfer: EasyTransfer, _ reason: TransferFailure.Reason) -> TransferResult {
        let result = transfer.ended(TransferFailure(reason))
        remove(transfer)
        return result
    }

    private func remove(_ transfer: EasyTransfer) {
        let easy = transfer.easy
        curl_multi_remove_handle(multi, easy)
        active[easy] = nil
        curl_easy_reset(easy)
        if spare.count < settings.idleConnectionsMax { spare.append(easy) } else { curl_easy_cleanup(easy) }
    }

    /// What libcurl wants to know of a socket goes to epoll (CURLMOPT_SOCKETFUNCTION(3)).
    private func watch(_ socket: curl_socket_t, _ what: CInt) {
        var event = epoll_event()
        event.data.fd = socket
        switch what {
        case CURL_POLL_IN: event.events = EPOLLIN.rawValue
        case CURL_POLL_OUT: event.events = EPOLLOUT.rawValue
        case CURL_POLL_INOUT: event.events = EPOLLIN.rawValue | EPOLLOUT.rawValue
        default:
            _ = epoll_ctl(epoll, EPOLL_CTL_DEL, socket, &event)
            sockets.remove(socket)
            return
        }
        if epoll_ctl(epoll, EPOLL_CTL_MOD, socket, &event) != 0 { _ = epoll_ctl(epoll, EPOLL_CTL_ADD, socket, &event) }
        sockets.insert(socket)
    }
}
