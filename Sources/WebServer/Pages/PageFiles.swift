// SPDX-License-Identifier: Apache-2.0
import Console
import Crypto
import HTTPTypes
import Hummingbird

/// Styles and scripts with their tags, so that a browser asks but seldom loads.
enum PageFiles {
    struct File: Sendable {
        let asset: Asset
        let tag: String
    }

    static let byName: [String: File] = Dictionary(
        uniqueKeysWithValues: Asset.all.map { ($0.name, File(asset: $0, tag: "\"\(hex(SHA256.hash(data: $0.bytes)).prefix(20))\"")) })

    static func response(_ file: File, to request: Request) -> Response {
        let fields: HTTPFields = [.contentType: file.asset.contentType, .cacheControl: "no-cache", .eTag: file.tag]
        if request.headers[.ifNoneMatch] == file.tag { return Response(status: .notModified, headers: fields) }
        return Response(status: .ok, headers: fields, body: ResponseBody(byteBuffer: ByteBuffer(bytes: file.asset.bytes)))
    }
}
