// SPDX-License-Identifier: Apache-2.0
import NIOCore
import NIOHTTP1
import WireFormats

/// Stands right behind the HTTP decoder of each connection: refuses bad heads, answers 431, cuts what is too slow.
///
/// One timer a connection is kept, not one a request: it looks at `ConnectionDeadlines` when it fires and is set anew
/// only then, so that a request costs two readings of the clock. Lives on its event loop and never leaves it.
final class ConnectionGuard: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private var deadlines: ConnectionDeadlines
    private let metrics: ConnectionMetrics
    private var timer: Scheduled<Void>?
    private var closesAfterwards = false
    private var isRefused = false
    /// The response being written is a stream of events: it has no end, each of its parts has a deadline.
    private var isStreaming = false

    init(limits: ConnectionDeadlines.Limits, metrics: ConnectionMetrics) {
        deadlines = ConnectionDeadlines(limits: limits, connectedAt: .now())
        self.metrics = metrics
    }

    func handlerAdded(context: ChannelHandlerContext) {
        metrics.opened.add(1)
        arm(context)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        metrics.opened.add(-1)
        timer?.cancel()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isRefused else { return }
        switch unwrapInboundIn(data) {
        case .head(let head):
            do {
                let traits = try HeadTraits(head)
                deadlines.headRead(.now())
                closesAfterwards = traits.closesAfterwards
                if traits.expectsContinue, deadlines.pending == 1 { invite(context) }
            } catch {
                return refuse(context, error.status, error.rawValue)
            }
        case .body(let buffer):
            if deadlines.bodyRead(bytes: buffer.readableBytes) { return context.close(promise: nil) }
        case .end:
            deadlines.endRead(.now())
            if closesAfterwards, deadlines.pending == 0 { return context.close(promise: nil) }
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(let head):
            guard head.status.code >= 200 else { break }
            if head.headers["connection"].first == "close" { closesAfterwards = true }
            isStreaming = head.headers["content-type"].first == "text/event-stream"
            deadlines.writing(.now())
        case .body where isStreaming:
            deadlines.writing(.now())
            return write(context, data, promise) { $0.deadlines.flushed() }
        case .body: break
        case .end:
            isStreaming = false
            deadlines.responseEnded(.now())
            return write(context, data, promise) { $0.responseLeft(context) }
        }
        arm(context)
        context.write(data, promise: promise)
    }

    private func write(
        _ context: ChannelHandlerContext, _ data: NIOAny, _ promise: EventLoopPromise<Void>?, then: @escaping (ConnectionGuard) -> Void
    ) {
        let promise = promise ?? context.eventLoop.makePromise()
        promise.futureResult.assumeIsolatedUnsafeUnchecked().whenSuccess { then(self) }
        arm(context)
        context.write(data, promise: promise)
    }

    /// Sends a whole response that is bytes already, past the encoder: the same as its head, body and end written one by one.
    func send(_ response: ByteBuffer, past encoder: ChannelHandlerContext, _ context: ChannelHandlerContext) {
        let now = NIODeadline.now()
        deadlines.writing(now)
        deadlines.responseEnded(now)
        arm(context)
        let promise = context.eventLoop.makePromise(of: Void.self)
        promise.futureResult.assumeIsolatedUnsafeUnchecked().whenSuccess { self.responseLeft(context) }
        encoder.writeAndFlush(NIOAny(IOData.byteBuffer(response)), promise: promise)
    }

    private func responseLeft(_ context: ChannelHandlerContext) {
        deadlines.flushed()
        if closesAfterwards, deadlines.pending == 0, !deadlines.isReadingBody { context.close(promise: nil) }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        // A browser that leaves a page closes its side of the live feed; nobody reads the rest.
        if isStreaming, event as? ChannelEvent == .inputClosed { return context.close(promise: nil) }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if case HTTPParserError.headerOverflow = error, !isRefused {
            return refuse(context, .requestHeaderFieldsTooLarge, "the head is longer than 8 KB or has more than 64 fields")
        }
        context.fireErrorCaught(error)
    }

    /// Answers for the application and closes; behind responses that are still to come it only closes.
    private func refuse(_ context: ChannelHandlerContext, _ status: HTTPResponseStatus, _ why: String) {
        isRefused = true
        metrics.refused.add(1)
        guard deadlines.pending == 0, !deadlines.isReadingBody else { return context.close(promise: nil) }
        let body = ByteBuffer(
            bytes: Problem("bad-head", status: Int(status.code), "The request is refused", detail: why).json.serialised())
        let headers: HTTPHeaders = [
            "Content-Type": "application/problem+json", "Content-Length": String(body.readableBytes), "Connection": "close",
        ]
        context.write(wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: status, headers: headers))), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil))).assumeIsolatedUnsafeUnchecked().whenComplete { _ in context.close(promise: nil) }
    }

    private func invite(_ context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: .continue))), promise: nil)
    }

    private func arm(_ context: ChannelHandlerContext) {
        guard timer == nil, let next = deadlines.next else { return }
        timer = context.eventLoop.assumeIsolatedUnsafeUnchecked().scheduleTask(deadline: next.at) { self.timerFired(context) }
    }

    private func timerFired(_ context: ChannelHandlerContext) {
        timer = nil
        guard let next = deadlines.next, next.at <= .now() else { return arm(context) }
        metrics.cut(next.cut)
        context.close(promise: nil)
    }
}
