// SPDX-License-Identifier: Apache-2.0
public import Hummingbird
import WireFormats

extension Access {
    /// The name of the person or program behind a request, for parts that are mounted beside the API; `nil` for a stranger.
    public func person(behind request: Request) -> String? {
        guard let pass = pass(request) else { return nil }
        return APIRequest(request: request, parts: [:], query: Form(), pass: pass).actor ?? "operator"
    }
}
