// SPDX-License-Identifier: Apache-2.0
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypes

/// Hummingbird's HTTP/1.1 connection with our guard between decoder and application, and our own way for webhooks behind it.
struct GuardedHTTP1Channel: ServerChildChannel {
    let base: HTTP1Channel
    let limits: ConnectionDeadlines.Limits
    let metrics: ConnectionMetrics
    let hooks: HookRoute
    let boxes: ReplyBoxes

    /// RELIABILITY.md 13: a head has at most 8 KB and 64 fields. The request line counts in.
    static let headBytesMax = 8 * 1024
    static let headFieldsMax = 64

    init(
        limits: ConnectionDeadlines.Limits, metrics: ConnectionMetrics, hooks: HookRoute, boxes: ReplyBoxes,
        responder: @escaping HTTPChannelHandler.Responder
    ) {
        self.limits = limits
        self.metrics = metrics
        self.hooks = hooks
        self.boxes = boxes
        let decoder = HTTP1Channel.Configuration.DecoderConfiguration(
            maxHeaderFieldSize: Self.headBytesMax, maxHeaderListSize: Self.headBytesMax, maxHeaderFieldCount: Self.headFieldsMax)
        base = HTTP1Channel(responder: responder, configuration: .init(httpDecoderConfiguration: decoder))
    }

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<HTTP1Channel.Value> {
        base.setup(channel: channel, logger: logger).flatMapThrowing { value in
            let pipeline = channel.pipeline.syncOperations
            let decoder = try pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
            let guardian = ConnectionGuard(limits: limits, metrics: metrics)
            try pipeline.addHandler(guardian, position: .after(decoder))
            let way = HookConnection.WayOut(
                guardian: guardian, guardianContext: try pipeline.context(handler: guardian),
                encoderContext: try pipeline.context(handlerType: HTTPResponseEncoder.self))
            try pipeline.addHandler(HookConnection(route: hooks, box: boxes.box(of: channel.eventLoop), way: way), position: .after(guardian))
            return value
        }
    }

    func handle(value: HTTP1Channel.Value, logger: Logger) async { await base.handle(value: value, logger: logger) }
}
