// SPDX-License-Identifier: Apache-2.0

/// A reduced ordered decision diagram: which label every call gets.
///
/// Every node is either a leaf or a choice between the options of one variable; equal functions are one node. So a fact is
/// of influence exactly when a node of it is reachable, and what is said of all calls can be read off without trying any.
struct Diagram: Sendable {
    /// A leaf's label `l` is the node `-1 - l`; other nodes are numbered from 0.
    typealias Node = Int32

    let variables: [Walk.Variable]
    private(set) var variableOfNode: [Int32] = []
    private var firstChild: [Int32] = []
    private var arena: [Node] = []
    private var unique: [Int: [Node]] = [:]
    var root: Node = -1

    init(variables: [Walk.Variable]) { self.variables = variables }

    static func leaf(_ label: Int) -> Node { Node(-1 - label) }
    static func label(_ node: Node) -> Int? { node < 0 ? Int(-1 - node) : nil }

    var nodeCount: Int { variableOfNode.count }

    func variable(_ node: Node) -> Int { Int(variableOfNode[Int(node)]) }

    /// The children of a node that is no leaf, one for each option of its variable.
    func children(_ node: Node) -> ArraySlice<Node> {
        let first = Int(firstChild[Int(node)])
        return arena[first..<(first + variables[variable(node)].options.count)]
    }

    /// The node with these children: their own where all are one, a known one where there is an equal.
    mutating func node(_ variable: Int, _ children: [Node]) -> Node {
        guard let first = children.first else { return root }
        if children.allSatisfy({ $0 == first }) { return first }
        var hash = UInt64(variable)
        for child in children { hash = (hash ^ UInt64(bitPattern: Int64(child))) &* 0x9E37_79B9_7F4A_7C15 ^ (hash >> 31) }
        let key = Int(truncatingIfNeeded: hash)
        for known in unique[key] ?? [] where self.variable(known) == variable && self.children(known).elementsEqual(children) { return known }
        let node = Node(variableOfNode.count)
        variableOfNode.append(Int32(variable))
        firstChild.append(Int32(arena.count))
        arena += children
        unique[key, default: []].append(node)
        return node
    }

    /// The variables that the function depends on.
    func influences() -> Set<Int> {
        var found: Set<Int> = []
        forEachNode { found.insert(variable($0)) }
        return found
    }

    /// Labels that some call gets.
    /// - Parameter isAllowed: which options of a variable count.
    func labels(where isAllowed: (Walk.Option) -> Bool = { _ in true }) -> Set<Int> {
        var found: Set<Int> = []
        if let label = Self.label(root) { return [label] }
        forEachNode(where: isAllowed) { node in
            for (option, child) in zip(variables[variable(node)].options, children(node)) where isAllowed(option) {
                if let label = Self.label(child) { found.insert(label) }
            }
        }
        return found
    }

    private func forEachNode(where isAllowed: (Walk.Option) -> Bool = { _ in true }, _ body: (Node) -> Void) {
        var visited = [Bool](repeating: false, count: nodeCount)
        var open = root >= 0 ? [root] : []
        while let node = open.popLast() {
            guard !visited[Int(node)] else { continue }
            visited[Int(node)] = true
            body(node)
            for (option, child) in zip(variables[variable(node)].options, children(node)) where child >= 0 && isAllowed(option) { open.append(child) }
        }
    }

    /// The same calls under other labels; nodes that become equal become one.
    func relabelled(_ change: (Int) -> Int) -> Diagram {
        var result = Diagram(variables: variables)
        var known = [Node?](repeating: nil, count: nodeCount)
        func visit(_ node: Node) -> Node {
            if let label = Self.label(node) { return Self.leaf(change(label)) }
            if let known = known[Int(node)] { return known }
            let made = result.node(variable(node), children(node).map(visit))
            known[Int(node)] = made
            return made
        }
        result.root = visit(root)
        return result
    }

    /// The label that a call gets.
    /// - Parameter option: the option of a variable that the call takes; `nil` when none fits.
    func label(taking option: (Int) -> Int?) -> Int? {
        var node = root
        while node >= 0 {
            guard let taken = option(variable(node)) else { return nil }
            node = children(node)[children(node).startIndex + taken]
        }
        return Self.label(node)
    }

    /// Disjoint boxes that together hold exactly the calls with wanted labels: for each variable on the way, the options
    /// that lead on alike.
    /// - Parameter limit: boxes at the most; the second result says whether there are more.
    func boxes(limit: Int, allowing isAllowed: (Walk.Option) -> Bool = { _ in true }, where isWanted: (Int) -> Bool) -> ([Box], isCut: Bool) {
        var boxes: [Box] = []
        var isCut = false
        var dead = [Bool](repeating: false, count: nodeCount)
        var way: [(variable: Int, options: [Int])] = []
        func visit(_ node: Node) -> Bool {
            if let label = Self.label(node) {
                guard isWanted(label) else { return false }
                if boxes.count < limit { boxes.append(Box(label: label, options: way)) } else { isCut = true }
                return true
            }
            guard !dead[Int(node)], !isCut else { return !dead[Int(node)] }
            var groups: [Node: [Int]] = [:]
            var order: [Node] = []
            for (index, child) in children(node).enumerated() where isAllowed(variables[variable(node)].options[index]) {
                if groups[child] == nil { order.append(child) }
                groups[child, default: []].append(index)
            }
            var isFound = false
            for child in order {
                way.append((variable(node), groups[child] ?? []))
                if visit(child) { isFound = true }
                way.removeLast()
            }
            dead[Int(node)] = !isFound
            return isFound
        }
        _ = visit(root)
        return (boxes, isCut)
    }

    /// A set of calls: variables that are not named are free.
    struct Box: Sendable {
        let label: Int
        let options: [(variable: Int, options: [Int])]
    }
}
