// SPDX-License-Identifier: Apache-2.0
public import Hummingbird
import NIOCore

/// What a handler may know of the connection that a request came over.
public struct WebContext: RequestContext {
    public var coreContext: CoreRequestContextStorage
    private let channel: any Channel

    public init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
    }

    /// The address of the other end of the connection, without its port.
    public var remoteAddress: String? { channel.remoteAddress?.ipAddress }
}
