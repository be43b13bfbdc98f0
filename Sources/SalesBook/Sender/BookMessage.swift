// SPDX-License-Identifier: Apache-2.0
internal import Essentials
internal import WireFormats

/// One signed webhook of the book, ready to be posted.
public struct BookMessage: Hashable, Sendable {
    public struct Header: Hashable, Sendable {
        public let name: String
        public let value: String
    }

    /// `webhook-id`, the same at every attempt for one change.
    public let id: String
    public let headers: [Header]
    public let body: [UInt8]

    init(id: String, body: [UInt8], key: StandardWebhookKey, at now: Instant) {
        let timestamp = String(now.unixSeconds)
        self.id = id
        self.body = body
        headers = [
            Header(name: "content-type", value: "application/json"), Header(name: "webhook-id", value: id),
            Header(name: "webhook-timestamp", value: timestamp),
            Header(name: "webhook-signature", value: key.signature(id: id, timestamp: timestamp, body: body)),
        ]
    }
}
