// SPDX-License-Identifier: Apache-2.0
import Essentials
import NIOCore
import NIOHTTP1
import PBX
import WireFormats

/// Answers webhooks on their connection's event loop, without a task: they are most of what the service does, and the way through
/// the application costs more than the webhook. Everything else goes on to the application as it came.
///
/// ```
///          head of a webhook            its end                        the reply
/// idle ─────────────────────▶ reading ─────────▶ waiting ───────────────────────▶ idle
///   │                            └─ too long: answered ─▶ draining ─ its end ────▶ idle
///   └─ another head ─▶ passing ─ as many responses have ended as requests came ──▶ idle
/// ```
/// One request at a time: what comes while one is waited for, or while the application answers and a webhook follows, is held back,
/// at most `heldMax` parts of it before reading stops. So pipelined requests are answered in their order.
/// Unchecked: it lives on its event loop, and is only carried, never touched, elsewhere.
final class HookConnection: ChannelDuplexHandler, @unchecked Sendable {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private enum State {
        case idle
        case reading(IncomingHook)
        case waiting(IncomingHook)
        case draining
        case passing(Int)
    }

    private enum Held {
        case part(HTTPServerRequestPart)
        case event(Any)
        case error(any Error)
    }

    static let heldMax = 64

    private let route: HookRoute
    private let box: ReplyBox
    private let way: WayOut
    private var state = State.idle
    private var held = CircularBuffer<Held>()
    private var isReadHeld = false
    private var isResuming = false
    /// The service is stopping, and waits for this connection.
    private var quiesce: ChannelShouldQuiesceEvent?
    private var context: ChannelHandlerContext?
    private lazy var remoteAddress = context?.remoteAddress?.ipAddress

    /// The handlers that a reply passes by, since it needs nothing of theirs but their deadlines.
    struct WayOut {
        let guardian: ConnectionGuard
        let guardianContext: ChannelHandlerContext
        let encoderContext: ChannelHandlerContext
    }

    init(route: HookRoute, box: ReplyBox, way: WayOut) {
        self.route = route
        self.box = box
        self.way = way
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }
    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    private var isWaiting: Bool { if case .waiting = state { true } else { false } }

    /// A webhook is in hand, which the application does not know of.
    private var isBusy: Bool {
        switch state {
        case .reading, .waiting: true
        case .idle, .draining, .passing: !held.isEmpty
        }
    }

    // What comes in

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let part = unwrapInboundIn(data)
        if isWaiting || !held.isEmpty { return held.append(.part(part)) }
        if !take(part, context) { held.append(.part(part)) }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        // The end of the service, or of input, must not overtake a reply.
        if let quiesce = event as? ChannelShouldQuiesceEvent, isBusy {
            self.quiesce = quiesce
        } else if isWaiting || !held.isEmpty {
            held.append(.event(event))
        } else {
            context.fireUserInboundEventTriggered(event)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if isWaiting || !held.isEmpty { return held.append(.error(error)) }
        context.fireErrorCaught(error)
    }

    func read(context: ChannelHandlerContext) {
        if held.count > Self.heldMax { isReadHeld = true } else { context.read() }
    }

    /// - Returns: false for a part whose time has not come.
    private func take(_ part: HTTPServerRequestPart, _ context: ChannelHandlerContext) -> Bool {
        switch (part, state) {
        case (.head(let head), .passing) where HookConnection.isHook(head): return false
        case (.head(let head), _) where HookConnection.isHook(head): begin(head, context)
        case (.head, .passing(let count)): pass(part, context, .passing(count + 1))
        case (.head, _): pass(part, context, .passing(1))
        case (.body(let buffer), .reading(let hook)): if !hook.append(buffer) { refuse(hook, context) }
        case (.end, .reading(let hook)): deliver(hook)
        case (.end, .draining): settle(context)
        case (_, .draining): break
        default: context.fireChannelRead(wrapInboundOut(part))
        }
        return true
    }

    private func pass(_ part: HTTPServerRequestPart, _ context: ChannelHandlerContext, _ next: State) {
        state = next
        context.fireChannelRead(wrapInboundOut(part))
    }

    private static func isHook(_ head: HTTPRequestHead) -> Bool { head.uri.utf8.starts(with: HookRoute.prefix.utf8) }

    private func begin(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        let target = HookTarget(head.uri, prefix: HookRoute.prefix)
        let hook = IncomingHook(head: head, target: target, gate: route.gate(of: target), arrivedAt: route.time.now())
        state = .reading(hook)
        if hook.isAnnouncedTooLong { refuse(hook, context) }
    }

    private func deliver(_ hook: IncomingHook) {
        state = .waiting(hook)
        route.take(hook.request(from: remoteAddress), hook.target, hook.gate) { [self, box] in box.post($0, to: self) }
    }

    /// Answered before it is read; the rest is dropped, within the bounds of `ConnectionGuard`.
    private func refuse(_ hook: IncomingHook, _ context: ChannelHandlerContext) {
        state = .draining
        let problem = Problem.tooLarge
        let reply = HookReply(
            status: problem.status, headers: [HookHeader("Content-Type", "application/problem+json")], body: Array(problem.json.serialised()))
        write(reply, to: hook, context)
    }

    // What goes out

    /// On the event loop. A connection that has ended meanwhile has nobody to tell.
    func answer(_ reply: HookReply) {
        guard case .waiting(let hook) = state else { return }
        guard let context else { return hook.gate.count(reply.status) }
        write(reply, to: hook, context)
        settle(context)
        resume()
    }

    /// The webhook is done with. A stop that waited for it goes on, unless another one is at hand.
    private func settle(_ context: ChannelHandlerContext) {
        state = .idle
        guard let quiesce, !isBusy else { return }
        self.quiesce = nil
        context.fireUserInboundEventTriggered(quiesce)
    }

    private func write(_ reply: HookReply, to hook: IncomingHook, _ context: ChannelHandlerContext) {
        hook.gate.count(reply.status)
        let bytes = hook.response(reply, at: route.time.now(), context.channel.allocator)
        way.guardian.send(bytes, past: way.encoderContext, way.guardianContext)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let part = unwrapOutboundIn(data)
        context.write(wrapOutboundOut(part), promise: promise)
        guard case .end = part, case .passing(let count) = state else { return }
        state = count > 1 ? .passing(count - 1) : .idle
        guard count == 1, quiesce != nil || !held.isEmpty else { return }
        // What follows may end the connection: the response must be on its way by then.
        context.flush()
        settle(context)
        resume()
    }

    /// Goes on with what was held back, until something must be waited for again.
    private func resume() {
        guard !isResuming, let context, !held.isEmpty else { return }
        isResuming = true
        while !isWaiting, let next = held.first, go(on: next, context) {
            if !held.isEmpty { held.removeFirst() }
        }
        isResuming = false
        // The application takes up what it was given when a reading ends.
        context.fireChannelReadComplete()
        if isReadHeld, held.count <= Self.heldMax {
            isReadHeld = false
            context.read()
        }
    }

    /// - Returns: false for something whose time has not come.
    private func go(on next: Held, _ context: ChannelHandlerContext) -> Bool {
        switch next {
        case .part(let part): return take(part, context)
        case .event(let event): context.fireUserInboundEventTriggered(event)
        case .error(let error): context.fireErrorCaught(error)
        }
        return true
    }
}
