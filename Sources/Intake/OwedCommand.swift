// SPDX-License-Identifier: Apache-2.0
public import PBX
public import Store
import WireFormats

/// A command as it was owed in the transaction that decided it, with the request that carries it out.
public struct OwedCommand: Sendable {
    public let record: CommandRecord
    public let request: CommandRequest

    init(_ record: CommandRecord, _ request: CommandRequest) {
        self.record = record
        self.request = request
    }

    /// What a process before this one owed; `nil` when its request is gone.
    public init?(_ record: CommandRecord) {
        guard let bytes = record.request, let request = CommandRequest(kept: bytes) else { return nil }
        self.init(record, request)
    }
}

extension CommandRequest {
    /// The request for a record of the store, which seals it.
    var kept: [UInt8] {
        let headers = headers.map { JSON.array([.string($0.name), .string($0.value)]) }
        let value: JSON = [
            "id": .string(id), "method": .string(method), "url": .string(url), "headers": .array(headers), "body": .string(Base64.encode(body)),
        ]
        return value.serialised()
    }

    init?(kept bytes: [UInt8]) {
        guard let value = try? JSON.parse(bytes), let id = value["id"]?.string, let method = value["method"]?.string,
            let url = value["url"]?.string, let body = value["body"]?.string.flatMap({ Base64.decode($0.utf8) })
        else { return nil }
        let headers = (value["headers"]?.array ?? []).compactMap { pair -> HookHeader? in
            guard let name = pair[0]?.string, let value = pair[1]?.string else { return nil }
            return HookHeader(name, value)
        }
        self.init(id: id, method: method, url: url, headers: headers, body: body, within: .zero)
    }
}
