// A whole Raft in Go, for raftlab. docs/protocol.md describes the lines that it reads and writes.
//
//	go build -o raft examples/raft.go
//	raftlab play leader_crash --node ./raft
//	raftlab check --node ./raft
//	raftlab explore replication --node ./raft
//
// Nothing is kept between two questions: each one brings the state of a node. With --keep-state,
// the program keeps the states itself; it can then be played, but neither checked nor explored.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"log"
	"os"
)

// Settings never change.
type Settings struct {
	ID                string   `json:"id"`
	Nodes             []string `json:"nodes"`
	ElectionTimeout   [2]int   `json:"election_timeout"` // the shortest and the longest, in ticks
	HeartbeatInterval int      `json:"heartbeat_interval"`
}

// Persistent is what survives a crash: what was saved last. (Figure 2, persistent state)
type Persistent struct {
	Term     int     `json:"term"`
	VotedFor Name    `json:"voted_for"`
	Log      []Entry `json:"log"`
}

// State is all that a node knows.
type State struct {
	Settings
	Persistent
	Role        string         `json:"role"`
	Leader      Name           `json:"leader"`
	Votes       []string       `json:"votes"`
	CommitIndex int            `json:"commit_index"`
	LastApplied int            `json:"last_applied"`
	NextIndex   map[string]int `json:"next_index"`
	MatchIndex  map[string]int `json:"match_index"`
	Waiting     map[int]string `json:"waiting"` // index -> the client that waits for this entry
	Timer       int            `json:"timer"`
	Timeout     int            `json:"timeout"`
}

// Node is a node at work: its state, and what it does, which is collected in effects.
type Node struct {
	State
	effects []Fields
	dice    []float64
	drawn   int
}

// Event is what happens to a node. Each type has some of these fields; messages have Src, Dst and Term.
type Event struct {
	Type         string  `json:"type"`
	N            int     `json:"n"`
	Command      string  `json:"command"`
	Client       Name    `json:"client"`
	Src          string  `json:"src"`
	Dst          string  `json:"dst"`
	Term         int     `json:"term"`
	LastLogIndex int     `json:"last_log_index"`
	LastLogTerm  int     `json:"last_log_term"`
	VoteGranted  bool    `json:"vote_granted"`
	PrevLogIndex int     `json:"prev_log_index"`
	PrevLogTerm  int     `json:"prev_log_term"`
	Entries      []Entry `json:"entries"`
	LeaderCommit int     `json:"leader_commit"`
	Success      bool    `json:"success"`
	MatchIndex   int     `json:"match_index"`
}

// Fields are the fields of an effect or a message.
type Fields map[string]any

// step handles one event.
func (node *Node) step(event Event) {
	if event.Term > node.Term { // only messages have a term
		node.because("ALL-2")
		node.becomeFollower(event.Term)
	}
	switch event.Type {
	case "Tick":
		node.onTick(event)
	case "ElectionTimeout":
		node.onElectionTimeout()
	case "HeartbeatTimeout":
		node.onHeartbeatTimeout()
	case "Propose":
		node.onPropose(event)
	case "RequestVote":
		node.onRequestVote(event)
	case "RequestVoteReply":
		node.onRequestVoteReply(event)
	case "AppendEntries":
		node.onAppendEntries(event)
	case "AppendEntriesReply":
		node.onAppendEntriesReply(event)
	}
}

// -- Time ---------------------------------------------------------------------------------------

func (node *Node) onTick(event Event) {
	node.Timer -= event.N
	if node.Timer > 0 {
		return
	}
	if node.Role == "leader" {
		node.onHeartbeatTimeout()
	} else {
		node.onElectionTimeout()
	}
}

func (node *Node) onElectionTimeout() {
	switch node.Role {
	case "leader":
		return
	case "candidate":
		node.because("CA-4")
	case "follower":
		node.because("FO-2")
	}
	node.becomeCandidate()
	for _, peer := range node.peers() {
		node.send("RequestVote", peer, Fields{"last_log_index": len(node.Log), "last_log_term": node.lastTerm()})
	}
	node.countVotes()
}

func (node *Node) onHeartbeatTimeout() {
	if node.Role != "leader" {
		return
	}
	node.because("LE-1")
	node.broadcast()
}

// -- Elections ----------------------------------------------------------------------------------

func (node *Node) onRequestVote(msg Event) {
	worse := msg.LastLogTerm < node.lastTerm() || (msg.LastLogTerm == node.lastTerm() && msg.LastLogIndex < len(node.Log))
	granted, rule := false, "RV-2"
	switch {
	case msg.Term < node.Term:
		rule = "RV-1"
	case node.VotedFor != nobody && node.VotedFor != Name(msg.Src):
		rule = "RV-2"
	case worse:
		rule = "UTD"
	default:
		granted = true
		node.VotedFor = Name(msg.Src)
		node.save(len(node.Log) + 1) // before the reply: a node that forgot its vote in a crash could vote twice
		node.resetElectionTimer()
	}
	node.because(rule)
	node.send("RequestVoteReply", msg.Src, Fields{"vote_granted": granted})
}

func (node *Node) onRequestVoteReply(msg Event) {
	if node.Role != "candidate" || msg.Term != node.Term || !msg.VoteGranted {
		return
	}
	for _, voter := range node.Votes {
		if voter == msg.Src {
			return // each voter counts once
		}
	}
	node.Votes = append(node.Votes, msg.Src)
	node.countVotes()
}

func (node *Node) countVotes() {
	if node.isQuorum(len(node.Votes)) {
		node.because("CA-2")
		node.becomeLeader()
	}
}

// -- Replication ----------------------------------------------------------------------------------

func (node *Node) onAppendEntries(msg Event) {
	reply := func(success bool, matchIndex int, rule string) {
		node.because(rule)
		node.send("AppendEntriesReply", msg.Src, Fields{"success": success, "prev_log_index": msg.PrevLogIndex, "match_index": matchIndex})
	}
	if msg.Term < node.Term {
		reply(false, 0, "AE-1")
		return
	}
	if node.Role == "candidate" {
		node.because("CA-3")
		node.becomeFollower(node.Term)
	}
	node.Leader = Name(msg.Src)
	node.resetElectionTimer()
	if node.termAt(msg.PrevLogIndex) != msg.PrevLogTerm {
		reply(false, 0, "AE-2")
		return
	}
	node.store(msg.PrevLogIndex+1, msg.Entries)
	lastNew := msg.PrevLogIndex + len(msg.Entries)
	if msg.LeaderCommit < lastNew {
		node.commit(msg.LeaderCommit, "AE-5")
	} else {
		node.commit(lastNew, "AE-5")
	}
	reply(true, lastNew, "FO-1")
}

// store deletes only what contradicts the new entries, and appends only what is missing.
func (node *Node) store(first int, entries []Entry) {
	for offset, entry := range entries {
		index := first + offset
		if node.termAt(index) == entry.Term {
			continue // already here: a late, shorter append must not delete what follows
		}
		if index > len(node.Log) {
			node.because("AE-4")
		} else {
			node.because("AE-3")
		}
		node.Log = append(node.Log[:index-1], entries[offset:]...)
		node.save(index)
		return
	}
}

func (node *Node) onAppendEntriesReply(msg Event) {
	if node.Role != "leader" || msg.Term < node.Term {
		return
	}
	match := node.MatchIndex[msg.Src]
	if msg.Success {
		node.because("LE-3a")
		if msg.MatchIndex > match { // replies may overtake each other
			match = msg.MatchIndex
		}
		node.MatchIndex[msg.Src] = match
		node.NextIndex[msg.Src] = match + 1
		node.advanceCommitIndex()
	} else if msg.PrevLogIndex == node.NextIndex[msg.Src]-1 && msg.PrevLogIndex > match {
		node.because("LE-3b")
		node.NextIndex[msg.Src] = msg.PrevLogIndex
		node.replicate(msg.Src)
	}
}

// advanceCommitIndex commits the newest entry that a majority has, if it is of the leader's own term.
func (node *Node) advanceCommitIndex() {
	for index := len(node.Log); index > node.CommitIndex; index-- {
		holders := 0
		for _, match := range node.MatchIndex {
			if match >= index {
				holders++
			}
		}
		if node.isQuorum(holders) && node.termAt(index) == node.Term {
			node.commit(index, "LE-4")
			return
		}
	}
}

func (node *Node) commit(index int, rule string) {
	if index <= node.CommitIndex {
		return
	}
	node.because(rule)
	node.CommitIndex = index
	for node.LastApplied < index {
		node.because("ALL-1")
		node.LastApplied++
		node.emit("Apply", Fields{"index": node.LastApplied, "entry": node.Log[node.LastApplied-1]})
		if client, waits := node.Waiting[node.LastApplied]; waits {
			delete(node.Waiting, node.LastApplied)
			node.emit("Answer", Fields{"client": client, "result": Fields{"type": "Applied", "index": node.LastApplied}})
		}
	}
}

func (node *Node) replicate(peer string) {
	prev := node.NextIndex[peer] - 1
	node.send("AppendEntries", peer, Fields{
		"prev_log_index": prev,
		"prev_log_term":  node.termAt(prev),
		"entries":        node.entriesFrom(prev + 1),
		"leader_commit":  node.CommitIndex,
	})
}

func (node *Node) broadcast() {
	node.Timer = node.HeartbeatInterval
	for _, peer := range node.peers() {
		node.replicate(peer)
	}
}

// -- Clients ----------------------------------------------------------------------------------------

func (node *Node) onPropose(event Event) {
	if node.Role != "leader" {
		if event.Client != nobody {
			node.emit("Answer", Fields{"client": event.Client, "result": Fields{"type": "NotLeader", "leader": node.Leader}})
		}
		return
	}
	node.because("LE-2")
	node.Log = append(node.Log, Entry{node.Term, event.Command})
	last := len(node.Log)
	node.save(last)
	if event.Client != nobody {
		node.Waiting[last] = string(event.Client)
	}
	node.MatchIndex[node.ID] = last
	node.because("LE-3")
	node.broadcast()
	node.advanceCommitIndex()
}

// -- Roles --------------------------------------------------------------------------------------------

func (node *Node) becomeFollower(term int) {
	if node.Role == "leader" {
		node.resetElectionTimer()
	}
	node.forgetRole()
	if term > node.Term {
		node.Term, node.VotedFor = term, nobody
		node.save(len(node.Log) + 1)
	}
}

func (node *Node) becomeCandidate() {
	node.because("CA-1")
	node.Role, node.Leader = "candidate", nobody
	node.Term++
	node.VotedFor, node.Votes = Name(node.ID), []string{node.ID}
	node.save(len(node.Log) + 1)
	node.resetElectionTimer()
}

func (node *Node) becomeLeader() {
	node.Role, node.Leader = "leader", Name(node.ID)
	for _, peer := range node.peers() {
		node.NextIndex[peer], node.MatchIndex[peer] = len(node.Log)+1, 0
	}
	node.MatchIndex[node.ID] = len(node.Log)
	node.because("LE-1")
	node.broadcast()
}

// forgetRole makes a node a follower that knows no leader.
func (node *Node) forgetRole() {
	node.Role, node.Leader, node.Votes = "follower", nobody, []string{}
	node.NextIndex, node.MatchIndex, node.Waiting = map[string]int{}, map[string]int{}, map[int]string{}
}

// -- Small words ----------------------------------------------------------------------------------------

func (node *Node) peers() []string {
	peers := []string{}
	for _, each := range node.Nodes {
		if each != node.ID {
			peers = append(peers, each)
		}
	}
	return peers
}

func (node *Node) isQuorum(count int) bool {
	return 2*count > len(node.Nodes)
}

// termAt is the term of the entry at an index: 0 before the first entry, -1 where there is none.
func (node *Node) termAt(index int) int {
	switch {
	case index == 0:
		return 0
	case index > len(node.Log):
		return -1
	}
	return node.Log[index-1].Term
}

func (node *Node) lastTerm() int {
	return node.termAt(len(node.Log))
}

// entriesFrom is a copy: the log may have changed before the answer is written.
func (node *Node) entriesFrom(index int) []Entry {
	return append([]Entry{}, node.Log[index-1:]...)
}

func (node *Node) resetElectionTimer() {
	shortest, longest := node.ElectionTimeout[0], node.ElectionTimeout[1]
	node.Timeout = shortest + int(node.random()*float64(longest-shortest+1))
	node.Timer = node.Timeout
}

func (node *Node) random() float64 {
	number := node.dice[node.drawn%len(node.dice)]
	node.drawn++
	return number
}

// -- Effects ----------------------------------------------------------------------------------------------

func (node *Node) emit(kind string, fields Fields) {
	fields["type"] = kind
	node.effects = append(node.effects, fields)
}

func (node *Node) because(rule string) {
	node.emit("Because", Fields{"rule": rule})
}

func (node *Node) send(kind string, dst string, message Fields) {
	message["type"], message["src"], message["dst"], message["term"] = kind, node.ID, dst, node.Term
	node.emit("Send", Fields{"message": message})
}

// save writes the term, the vote and the log from an index on to the disk.
func (node *Node) save(index int) {
	node.emit("Save", Fields{"term": node.Term, "voted_for": node.VotedFor, "index": index, "entries": node.entriesFrom(index)})
}

// -- Questions and answers ----------------------------------------------------------------------------------

// Question is about a node that starts, or about one to which something happens.
type Question struct {
	New *struct {
		Settings
		Saved Persistent `json:"saved"`
	} `json:"new"`
	State  State     `json:"state"`
	Node   int       `json:"node"` // its number, if this program keeps the states
	Events []Event   `json:"events"`
	Dice   []float64 `json:"dice"`
}

// Answer says what the node did, its whole state, and how many dice were drawn.
type Answer struct {
	Effects []Fields `json:"effects"`
	State   State    `json:"state"`
	Drawn   int      `json:"drawn"`
}

// answerTo answers one question. If states are kept, kept has them.
func answerTo(question Question, kept map[int]State) Answer {
	node := &Node{State: question.State, effects: []Fields{}, dice: question.Dice}
	if question.New != nil {
		node.Settings, node.Persistent = question.New.Settings, question.New.Saved
		node.forgetRole()
		node.resetElectionTimer()
	} else if kept != nil {
		node.State = kept[question.Node]
	}
	for _, event := range question.Events {
		node.step(event)
	}
	if kept != nil {
		kept[question.Node] = node.State
	}
	return Answer{node.effects, node.State, node.drawn}
}

func main() {
	keepState := flag.Bool("keep-state", false, "keep the states of the nodes in this program")
	flag.Parse()
	hello := Fields{"raftlab": 1, "name": "Raft in Go"}
	var kept map[int]State
	if *keepState {
		hello["keeps_state"], kept = true, map[int]State{}
	}

	questions, output := json.NewDecoder(os.Stdin), bufio.NewWriter(os.Stdout)
	answers := json.NewEncoder(output)
	read := func(value any) {
		if err := questions.Decode(value); errors.Is(err, io.EOF) {
			os.Exit(0) // raftlab has no more questions
		} else if err != nil {
			log.Fatal(err)
		}
	}
	write := func(value any) {
		if err := answers.Encode(value); err != nil { // a line: Encode ends it
			log.Fatal(err)
		}
	}

	read(&Fields{}) // raftlab's first line says the version that it speaks
	write(hello)
	for {
		output.Flush()
		var line []Question
		read(&line)
		for _, question := range line {
			write(answerTo(question, kept))
		}
	}
}

// -- What Go writes as JSON in another form than raftlab --------------------------------------------------

// Name is the name of a node or client. Nobody is "" here, and null in JSON.
type Name string

const nobody Name = ""

// MarshalJSON writes a name; reading null leaves a name as it is, which is "".
func (name Name) MarshalJSON() ([]byte, error) {
	if name == nobody {
		return []byte("null"), nil
	}
	return json.Marshal(string(name))
}

// Entry is an entry of the log; [term, command] in JSON.
type Entry struct {
	Term    int
	Command string
}

// MarshalJSON writes an entry.
func (entry Entry) MarshalJSON() ([]byte, error) {
	return json.Marshal([]any{entry.Term, entry.Command})
}

// UnmarshalJSON reads an entry.
func (entry *Entry) UnmarshalJSON(text []byte) error {
	return json.Unmarshal(text, &[]any{&entry.Term, &entry.Command})
}
