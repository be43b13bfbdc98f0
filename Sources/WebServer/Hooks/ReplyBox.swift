// SPDX-License-Identifier: Apache-2.0
import NIOCore
import PBX
import Synchronization

/// Replies on their way from the writer's thread to the connections of one event loop: a whole group commit wakes the loop once.
final class ReplyBox: Sendable {
    private struct Post: Sendable {
        let connection: HookConnection
        let reply: HookReply
    }
    private let loop: any EventLoop
    private let posts = Mutex<[Post]>([])

    init(_ loop: any EventLoop) { self.loop = loop }

    /// Hands a reply to the connection that waits for it. Never blocks for longer than others take to do the same.
    func post(_ reply: HookReply, to connection: HookConnection) {
        let isFirst = posts.withLock { posts in
            posts.append(Post(connection: connection, reply: reply))
            return posts.count == 1
        }
        if isFirst { loop.execute { self.deliver() } }
    }

    private func deliver() {
        let due = posts.withLock { posts in
            defer { posts = [] }
            return posts
        }
        for post in due { post.connection.answer(post.reply) }
    }
}

/// One box for each event loop that has connections.
final class ReplyBoxes: Sendable {
    private let boxes = Mutex<[ObjectIdentifier: ReplyBox]>([:])

    func box(of loop: any EventLoop) -> ReplyBox {
        boxes.withLock { boxes in
            let id = ObjectIdentifier(loop)
            if let box = boxes[id] { return box }
            let box = ReplyBox(loop)
            boxes[id] = box
            return box
        }
    }
}
