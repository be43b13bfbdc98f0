// SPDX-License-Identifier: Apache-2.0
internal import Hummingbird

extension BookInterface {
    func addPageRoutes<Context: RequestContext>(to group: some RouterMethods<Context>) {}
}
