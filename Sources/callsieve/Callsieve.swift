@main struct Callsieve { static func main() {} }
