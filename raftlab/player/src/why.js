/* Why, and why not: which of the templates that come with the trace are true at a moment. Needs no page.
 *
 * An answer is {title, reasons}. Title and reasons are sayings {id, data, text, rule?, event?, whatIf?}: the template's id, the
 * values that were filled in, and the resulting text; `event` is an event to jump to, `whatIf` a lost message that could have
 * arrived. The templates are in sim/why.py. */

import { factsAt, isSame, UNKNOWN } from "./facts.js";
import { commandWords, inPlaces, narrate } from "./words.js";

/** A template of an answer, filled in.
 * @param {Record<string, any>} data what is filled in
 * @param {{event?: number, whatIf?: any}} more the event that shows it, and what could be tried instead */
export function say({ timeline }, id, data = {}, more = {}) {
  const [template, rule] = timeline.answers[id];
  const filled = "tick" in data ? { ...data, time: timeline.time(data.tick) } : data;
  return { id, data, text: inPlaces(template, filled), ...(rule && { rule }), ...more };
}

/** Those of some nodes that have a vote by this node's log. */
const counting = ({ voters }, votes) => votes.filter((voter) => voters.includes(voter));

/** The last event before a moment in which something happened to a node, as something to jump to. */
function lastly(branch, count, node, wanted) {
  const event = branch.findBack(count, (each) => each[2] === node && wanted(each));
  return event < 0 ? {} : { event };
}

/** The tick of an event, which is 0 if there is none: then it was so from the beginning.
 * @type {(branch: any, found: {event?: number}) => number} */
export const tickOf = (branch, { event }) => (event === undefined ? 0 : branch.tickOf(event));

/** The fate of a message, or of its copy with the best fate: {fate, id}. */
function fateOf(branch, original, count) {
  const fates = [original, ...(branch.copies[original] || [])]
    .filter((id) => branch.sentAt[id] < count)
    .map((id) => ({ fate: branch.fate(id, count), id }));
  return (
    fates.find(({ fate }) => fate === "delivered") || fates.find(({ fate }) => fate === "flying") || fates[0]
  );
}

function lossReason(branch, id) {
  const [, reason] = branch.events[branch.lostAt[id]][3];
  if (reason === "crashed") return say(branch, "lost_crashed", { peer: branch.message(id).dst });
  return reason === "cut" ? say(branch, "lost_cut") : branch.timeline.losses[reason] || reason;
}

/** When a message on its way will arrive; unknown for one that waits for a paused node. */
function dueWords(branch, count, id) {
  const { dst: peer, arrives: tick } = branch.message(id);
  if (branch.at(count).views[peer].status === "paused") return say(branch, "waits", { peer });
  return tick > branch.tickOf(count - 1) ? say(branch, "due", { tick }) : "";
}

/** The answer to a message, by its kind; undefined if there was none. */
const replyTo = (branch, id, kinds) =>
  (branch.repliesTo[id] || []).find((reply) => kinds.includes(branch.messages[reply][0]));

/** A saying about the vote that a peer was asked for, with the vote's state.
 * @param {import("./trace.js").Branch} branch
 * @param {number} count
 * @param {any} campaign
 * @param {string} peer */
export function voteOf(branch, count, campaign, peer) {
  const requests = campaign.requests[peer] || [];
  let best = { state: "unasked", ...say(branch, "vote_unasked", { peer }) };
  for (const id of requests) best = better(best, voteByRequest(branch, count, campaign, peer, id));
  return best;
}

const VOTE_STATES = ["unasked", "lost", "travelling", "refused", "granted"];

const better = (a, b) => (VOTE_STATES.indexOf(b.state) > VOTE_STATES.indexOf(a.state) ? b : a);

function voteByRequest(branch, count, campaign, peer, original) {
  const { fate, id } = fateOf(branch, original, count);
  const vote = (state, template, data, more) => ({
    state,
    ...say(branch, template, { peer, ...data }, more),
  });
  if (fate === "lost")
    return vote(
      "lost",
      "vote_request_lost",
      { why: lossReason(branch, id) },
      { event: branch.lostAt[id], whatIf: id },
    );
  if (fate === "flying")
    return vote(
      "travelling",
      "vote_request_flying",
      { due: dueWords(branch, count, id) },
      { event: branch.sentAt[id] },
    );
  const event = branch.deliveredAt[id];
  const onTrial = branch.messages[id][0] === "RequestPreVote";
  const reply = replyTo(branch, id, [onTrial ? "RequestPreVoteReply" : "RequestVoteReply"]);
  if (reply === undefined && branch.events[event][4]?.includes("SV-1"))
    return vote("refused", "vote_ignored", { why: heard(branch, event, peer) }, { event });
  if (reply === undefined) return vote("refused", "vote_unanswered", {}, { event });
  if (!branch.message(reply).fields.vote_granted)
    return vote(
      "refused",
      onTrial ? "trial_refused" : "vote_refused",
      { why: refusal(branch, event, onTrial) },
      { event },
    );
  const kind = onTrial ? "trial" : "vote";
  const candidate = campaign.node;
  const answer = fateOf(branch, reply, count);
  if (answer.fate === "lost")
    return vote(
      "lost",
      `${kind}_reply_lost`,
      { candidate, why: lossReason(branch, answer.id) },
      { event: branch.lostAt[answer.id], whatIf: answer.id },
    );
  if (answer.fate === "flying")
    return vote(
      "travelling",
      `${kind}_reply_flying`,
      { candidate, due: dueWords(branch, count, answer.id) },
      { event },
    );
  return vote("granted", `${kind}_granted`, { candidate }, { event: branch.deliveredAt[answer.id] });
}

/** The leader that a node heard at an event, because of which it ignored a candidate. */
function heard(branch, event, node) {
  const { leader } = branch.at(event + 1).views[node];
  if (leader === node) return say(branch, "refusal_leads");
  return leader ? say(branch, "refusal_hears", { leader }) : say(branch, "refusal_hears_some");
}

/** Why the vote was refused in the event that received the request. For a pre-vote no rule names the reason, so it is found by exclusion. */
function refusal(branch, event, onTrial) {
  const [, , node, id, effects] = branch.events[event];
  const { src, fields } = branch.message(id);
  const { term, log, voted_for: other } = branch.at(event + 1).views[node];
  const worse =
    fields.last_log_term < log.lastTerm
      ? say(branch, "refusal_log_term", { own: log.lastTerm, candidate: src, its: fields.last_log_term })
      : fields.last_log_term === log.lastTerm && fields.last_log_index < log.length
        ? say(branch, "refusal_log_length", {
            own: log.length,
            its: fields.last_log_index,
            term: log.lastTerm,
          })
        : null;
  if (branch.timeline.liars[node]) return say(branch, "refusal_silent");
  if (onTrial)
    return fields.proposed_term <= term
      ? say(branch, "refusal_term", { term })
      : worse || heard(branch, event, node);
  if (effects.includes("RV-1")) return say(branch, "refusal_term", { term });
  if (effects.includes("UTD") && worse) return worse;
  if (effects.includes("RV-2"))
    return other === node ? say(branch, "refusal_own_vote") : say(branch, "refusal_other_vote", { other });
  return say(branch, "refusal_silent");
}

/** A node's last campaign before some moment, or undefined.
 * @param {import("./trace.js").Branch} branch
 * @param {number} count
 * @param {string} node */
export function lastCampaign(branch, count, node) {
  return branch.campaigns.findLast((campaign) => campaign.node === node && campaign.event < count);
}

/** The trial election (pre-votes) for which a node waits; undefined if none has begun, if it is over, or if a leader is heard. */
function openTrial(branch, count, node) {
  const trial = branch.trials.findLast((each) => each.node === node && each.event < count);
  const view = branch.at(count).views[node];
  if (!trial || view.status !== "running" || view.leader || view.term !== trial.term) return undefined;
  const { event } = lastly(
    branch,
    count,
    node,
    ([, what, , , effects, changes]) => effects?.includes("CA-1") || changes?.role || what === "crash",
  );
  return event > trial.event || branch.events[trial.event][4].includes("CA-1") ? undefined : trial;
}

/** The nodes that have said that they would vote for a node, itself included. A late answer to an earlier question counts, too. */
function preVotes(branch, count, { node, term, event }) {
  const voters = [node];
  for (let index = event + 1; index < count; index++) {
    const [, what, who, id] = branch.events[index];
    if (what !== "deliver" || who !== node || branch.messages[id][0] !== "RequestPreVoteReply") continue;
    const message = branch.message(id);
    if (message.fields.vote_granted && message.term === term && !voters.includes(message.src))
      voters.push(message.src);
  }
  return counting(branch.at(count).views[node], voters);
}

/** Why is this node the leader at this moment, or why not?
 * @param {import("./trace.js").Branch} branch
 * @param {{tick: number, count: number}} position
 * @param {string} node
 * @returns {{title: any, reasons: any[]}} */
export function whyNotLeader(branch, { tick, count }, node) {
  const world = branch.at(count);
  const view = world.views[node];
  const { leader, ...roles } = branch.timeline.words;
  if (!leader)
    return {
      title: say(branch, "nobody_leads", {
        roles: [roles.follower, roles.candidate].filter(Boolean).join(" or "),
      }),
      reasons: [],
    };
  if (view.status !== "running") return whyDown(branch, count, node, view);
  if (view.role === "leader") return whyLeader(branch, count, node, view, world);
  const trial = openTrial(branch, count, node);
  if (trial) return whyNotStanding(branch, count, node, view, trial);
  const campaign = lastCampaign(branch, count, node);
  if (view.role === "candidate" && campaign) return whyNotElected(branch, count, node, view, campaign);
  return whyFollower(branch, tick, count, node, view, campaign, world);
}

/** A node's last leadership that ended before a moment: {term, event}; undefined if there was none. */
function lastReign(branch, count, node) {
  const { event: began } = lastly(branch, count, node, ([, , , , , changes]) => changes?.role === "leader");
  if (began === undefined) return undefined;
  const ended = branch.find(began + 1, (event) => event[2] === node && event[5]?.role !== undefined);
  return ended < 0 || ended >= count
    ? undefined
    : { term: branch.at(began + 1).views[node].term, event: ended };
}

function ledUntil(branch, count, node) {
  const reign = lastReign(branch, count, node);
  if (!reign) return [];
  const { term, event } = reign;
  const rule = branch.events[event][4]?.find((effect) => effect === "CQ-1" || effect === "MC-4");
  return [
    say(
      branch,
      rule ? "gave_up" : "led_until",
      { term, tick: branch.tickOf(event) },
      { event, ...(rule && { rule }) },
    ),
  ];
}

function whyDown(branch, count, node, { status, role, term }) {
  const crashed = status === "crashed";
  const down = lastly(branch, count, node, ([, what]) => what === (crashed ? "crash" : "pause"));
  const title = crashed ? "is_crashed" : role === "leader" ? "is_paused_leader" : "is_paused";
  const since = say(branch, crashed ? "crashed_at" : "paused_at", { tick: tickOf(branch, down) }, down);
  return {
    title: say(branch, title, { node, term }),
    reasons: [since, ...(crashed ? ledUntil(branch, count, node) : [])],
  };
}

const FOLLOWS = ["AppendEntriesReply", "InstallSnapshotReply", "ConfirmLeaderReply"]; // only followers send these

/** Since when a leader leads, and what could end it. */
function whyLeader(branch, count, node, view, world) {
  const { event } = lastly(branch, count, node, ([, , , , , changes]) => changes?.role === "leader");
  const own = branch.events[event][4]?.includes("CA-2");
  const winner = branch.at(event + 1).views[node];
  const reasons = [
    say(
      branch,
      own ? "elected_by" : "elected_by_nobody",
      { tick: branch.tickOf(event), names: counting(winner, winner.votes) },
      { event },
    ),
  ];
  if (branch.timeline.extensions.has("CheckQuorum") && !branch.timeline.liars[node]) {
    const last = view.voters
      .filter((peer) => peer !== node)
      .map((peer) => {
        const { event: answer } = lastly(
          branch,
          count,
          node,
          ([, what, , id]) =>
            what === "deliver" &&
            branch.messages[id][1] === peer &&
            branch.messages[id][3] === view.term &&
            FOLLOWS.includes(branch.messages[id][0]),
        );
        return answer > event
          ? say(branch, "heard_at", { peer, tick: branch.tickOf(answer) })
          : say(branch, "heard_never", { peer });
      });
    reasons.push(say(branch, "must_hear", { heard: last }));
  }
  const { term } = view;
  const newest = world.leader();
  const later = world.views[newest].term;
  const others = branch.timeline.nodes.filter(
    (each) =>
      each !== node &&
      world.views[each].status === "running" &&
      world.views[each].role === "leader" &&
      world.views[each].term === term,
  );
  const title =
    later > term
      ? say(branch, "leads_old", { node, term, other: newest, later })
      : others.length
        ? say(branch, "leads_beside", { node, term, others })
        : say(branch, "leads", { node, term });
  return { title, reasons };
}

function whyNotElected(branch, count, node, view, campaign) {
  const { term, quorum, timer } = view;
  const votes = Object.keys(campaign.requests).map((peer) => voteOf(branch, count, campaign, peer));
  const names = counting(view, view.votes);
  const again = branch.timeline.extensions.has("PreVote") ? "retry_asking" : "retry";
  const due = timer ? [say(branch, again, { tick: timer[1] })] : [];
  const title = say(branch, names.length ? "candidate" : "candidate_none", {
    node,
    quorum,
    term,
    count: names.length,
    names,
  });
  return { title, reasons: [...votes.filter((vote) => vote.state !== "granted"), ...due] };
}

/** The answer about a node that asks for pre-votes. */
function whyNotStanding(branch, count, node, { quorum, term, timer }, trial) {
  const names = preVotes(branch, count, trial);
  const others = Object.keys(trial.requests)
    .filter((peer) => !names.includes(peer))
    .map((peer) => voteOf(branch, count, trial, peer));
  const due = timer ? [say(branch, "retry_trial", { tick: timer[1] })] : [];
  const title = say(branch, names.length ? "trial" : "trial_none", {
    node,
    term: term + 1,
    quorum,
    count: names.length,
    names,
  });
  return { title, reasons: [...others, ...due] };
}

function whyFollower(branch, tick, count, node, view, campaign, world) {
  const { term, leader, voters, timer, voted_for: candidate } = view;
  const reasons = [];
  const newest = world.leader();
  const leading = world.views[newest];
  if (!voters.includes(node)) reasons.push(say(branch, "no_vote", { names: voters }));
  else if (newest && leading.term >= term && !leading.voters.includes(node))
    reasons.push(say(branch, "no_vote_elsewhere", { leader: newest, term: leading.term, node }));
  if (leader) {
    const { status, role, term: later } = world.views[leader];
    const leads = status === "running" && role === "leader" && later === term;
    const state =
      status !== "running" ? status : role === "leader" ? `the ${role} of term ${later}` : `a ${role}`;
    reasons.push(
      leads
        ? say(branch, "follows", { leader, term })
        : say(branch, "follows_former", { leader, term, state }),
    );
  }
  if (candidate && candidate !== node)
    reasons.push(
      say(
        branch,
        "voted",
        { term, candidate },
        lastly(branch, count, node, ([, , , , , changes]) => changes?.voted_for === candidate),
      ),
    );
  if (timer) reasons.push(say(branch, "timer", { tick: timer[1] }));
  const led = ledUntil(branch, count, node);
  if (led.length) reasons.push(...led);
  else if (campaign) {
    const votes = Object.keys(campaign.requests).map((peer) => voteOf(branch, count, campaign, peer));
    reasons.push(
      say(branch, "stood", { term: campaign.term }, { event: campaign.event }),
      ...votes.filter((vote) => vote.state !== "granted"),
    );
  }
  const stood = campaign && campaign.term === term;
  return { title: say(branch, stood ? "follower_stood" : "follower", { node, tick, term }), reasons };
}

/** The name of an entry in a sentence. */
function entryName(branch, index, [term, command], id = "entry") {
  const word = branch.timeline.words.term;
  return say(branch, word ? id : "entry_no_term", { index, command: commandWords(command), word, term });
}

/** Is this entry of a node committed, and does the node know it; why, or why not?
 * @param {import("./trace.js").Branch} branch
 * @param {{count: number}} position
 * @param {string} node
 * @param {number} index
 * @returns {{title: any, reasons: any[]}} */
export function whyNotCommitted(branch, { count }, node, index) {
  const world = branch.at(count);
  const view = world.views[node];
  const { committed, leader: hasLeaders } = branch.timeline.words;
  if (!committed) return { title: say(branch, "undecided"), reasons: [] };
  const entry = view.log.entry(index);
  const facts = factsAt(branch, count, index);
  const asked = { branch, count, world, node, view, index, entry, facts, leader: world.leader() };
  if (!entry) return whyMissing(asked);
  if (entry[1] === UNKNOWN)
    return {
      title: say(branch, facts.length ? "known_snapshot_only" : "unknown_snapshot_only", {
        index,
        node,
        committed,
      }),
      reasons: [],
    };
  const fact = facts.find((each) => isSame(branch, entry, each));
  const title = (id, data) =>
    say(branch, id, { entry: entryName(branch, index, entry), node, committed, ...data });
  if (view.commit_index >= index) {
    if (!fact)
      return {
        title: title("claimed"),
        reasons: [...knownSince(asked, "claimed_since"), ...whyNoFact(asked)],
      };
    const inSnapshot = index <= view.snapshot;
    return {
      title: title(inSnapshot ? "known_in_snapshot" : "known"),
      reasons: [...(inSnapshot ? [] : knownSince(asked, "known_since")), whyFact(branch, fact, index)],
    };
  }
  if (fact)
    return {
      title: title(view.status === "crashed" ? "unknown_crashed" : "unknown"),
      reasons: [whyFact(branch, fact, index), ...(hasLeaders ? whyUnaware(asked) : [])],
    };
  if (facts.length)
    return {
      title: title("overruled", {
        other: entryName(branch, index, [facts[0].term, facts[0].command], "brief"),
      }),
      reasons: whyNoFact(asked),
    };
  if (!hasLeaders)
    return {
      title: title("not_chosen", { quorum: view.quorum, names: holders(asked) }),
      reasons: whyDownNow(asked),
    };
  return whyNotYet(asked, title);
}

/** The nodes that have exactly this entry. */
const holders = ({ branch, world, index, entry }) =>
  branch.timeline.nodes.filter((each) => {
    const other = world.views[each].log.entry(index);
    return other && other[0] === entry[0] && other[1] === entry[1];
  });

/** Since when a node considers an entry committed, since its last start. */
function knownSince({ branch, count, node, index }, id) {
  let event;
  for (let place = count - 1; place >= 0; place--) {
    const [, , who, , , changes] = branch.events[place];
    if (who !== node || changes?.commit_index === undefined) continue;
    if (changes.commit_index < index) break;
    event = place;
  }
  return [say(branch, id, { node, tick: tickOf(branch, { event }) }, { event })];
}

/** What has made an entry committed, or chosen. */
function whyFact(branch, { event, later, laterTerm: term }, index) {
  const { leader, committed, term: word } = branch.timeline.words;
  if (event < 0) return say(branch, "at_the_start", { committed });
  const tick = branch.tickOf(event);
  if (!leader) return say(branch, "accepted", { tick, word, term }, { event });
  return later === index
    ? say(branch, "stored", { tick, term }, { event })
    : say(branch, "stored_later", { tick, later, term }, { event });
}

/** Why an entry is not committed, although a node says so, or another entry is. */
function whyNoFact(asked) {
  const { branch, node, index, entry, facts, leader, world, view } = asked;
  const [other] = facts;
  const reasons = [say(branch, "holders", { names: holders(asked) }), ...whyDownNow(asked)];
  if (!other) return reasons;
  reasons.push(whyFact(branch, other, index));
  if (!branch.timeline.words.leader) return reasons;
  if (other.term === entry[0]) return [...reasons, say(branch, "same_term")];
  if (
    leader &&
    leader !== node &&
    world.views[leader].term >= view.term &&
    isSame(branch, world.views[leader].log.entry(index) || [], other)
  )
    reasons.push(say(branch, "deletes", { node, leader }));
  return reasons;
}

/** Since when a node is down, if it is. */
function whyDownNow({ branch, count, node, view: { status } }) {
  if (status === "running") return [];
  const since = lastly(
    branch,
    count,
    node,
    ([, what]) => what === (status === "crashed" ? "crash" : "pause"),
  );
  return [
    say(branch, status === "crashed" ? "down" : "asleep", { node, tick: tickOf(branch, since) }, since),
  ];
}

/** Why a node does not know that an entry is committed. */
function whyUnaware(asked) {
  const { branch, count, world, node, view, index, entry, leader } = asked;
  if (view.status !== "running") return whyDownNow(asked);
  if (!leader) return [say(branch, "no_leader")];
  const leading = world.views[leader];
  if (leader === node) return whatLeaderCounts(asked);
  const reasons = hindrances(asked, leading);
  const same = leading.log.entry(index);
  if (!same || (same[1] !== UNKNOWN && (same[0] !== entry[0] || same[1] !== entry[1])))
    return [...reasons, say(branch, "lacks", { leader, term: leading.term })];
  if (leading.commit_index < index)
    return [...reasons, say(branch, "unaware", { leader, term: leading.term }), ...whatLeaderCounts(asked)];
  if (!reasons.length) reasons.push(say(branch, "tells", { leader }));
  return [...reasons, lastAppend(branch, count, leader, node)];
}

/** Why a leader's entries do not reach a node: the node has no vote there, or is in a later term. */
function hindrances({ branch, node, view, leader }, { term: leading, voters }) {
  const reasons = [];
  if (leading < view.term) reasons.push(say(branch, "behind", { leader, leading, node, term: view.term }));
  if (!voters.includes(node)) reasons.push(say(branch, "not_a_voter", { leader, term: leading, node }));
  return reasons;
}

/** What a leader that has an entry must hear before it knows the entry to be committed. */
function whatLeaderCounts(asked) {
  const { branch, world, entry, leader } = asked;
  const { term: leading } = world.views[leader];
  if (entry[0] !== leading) return [say(branch, "own_term_only", { term: entry[0], leader, leading })];
  return [whatIsCounted(asked), ...missingCopies(asked, copiesKnown(asked))];
}

/** How many copies of an entry a leader needs, and which ones it knows of. */
function whatIsCounted(asked) {
  const { branch, world, leader } = asked;
  const { quorum } = world.views[leader];
  const names = copiesKnown(asked);
  return say(branch, names.length ? "counts" : "counts_none", { leader, quorum, count: names.length, names });
}

/** The voters of which a leader knows that they have its entry at an index. */
const copiesKnown = ({ world, index, leader }) =>
  world.views[leader].voters.filter((each) => world.views[leader].match_index[each] >= index);

/** The fates of the appends to nodes of which the leader does not know that they have the entry; and which nodes lie. */
function missingCopies({ branch, count, world, leader }, names) {
  const lies = names
    .filter((each) => each !== leader && branch.timeline.liars[each])
    .map((each) => say(branch, "lies", { node: each }));
  const others = world.views[leader].voters.filter((each) => each !== leader && !names.includes(each));
  return [...lies, ...others.map((peer) => lastAppend(branch, count, leader, peer))];
}

/** Why an entry is not committed. If there is a leader, the reasons are about what it has and knows. */
function whyNotYet(asked, title) {
  const { branch, world, node, index, entry, leader } = asked;
  const down = whyDownNow(asked);
  if (!leader) {
    const names = holders(asked);
    const counted =
      counting(asked.view, names).length >= asked.view.quorum ? "holders_do_not_count" : "holders";
    return {
      title: title("leaderless"),
      reasons: [say(branch, counted, { names }), ...down, say(branch, "no_leader")],
    };
  }
  const leading = world.views[leader];
  const { term, quorum } = leading;
  if (!holders(asked).includes(leader)) {
    const there = leading.log.entry(index);
    const behind = leader === node ? [] : hindrances(asked, leading);
    const counts = leader !== node && asked.view.role === "leader" && entry[0] === asked.view.term;
    const counted = counts ? [whatIsCounted({ ...asked, leader: node })] : [];
    const fate =
      there?.[0] === entry[0]
        ? [say(branch, "same_term")]
        : term < asked.view.term || term === entry[0]
          ? []
          : [say(branch, "stays", { leader }), say(branch, "deletes", { node, leader })];
    return {
      title: title("not_in_leaders_log", { leader, leading: term }),
      reasons: [...down, ...counted, ...behind, ...fate],
    };
  }
  if (leading.commit_index >= index)
    return {
      title: title("claimed", { node: leader }),
      reasons: [...missingCopies(asked, copiesKnown(asked)), ...down],
    };
  if (entry[0] !== term)
    return {
      title: title("older_term", { leader, leading: term }),
      reasons: [say(branch, "own_term_only", { term: entry[0], leader, leading: term }), ...down],
    };
  const names = copiesKnown(asked);
  return {
    title: title(names.length ? "needs_copies" : "needs_first_copy", {
      quorum,
      leader,
      count: names.length,
      names,
    }),
    reasons: [...missingCopies(asked, names), ...down],
  };
}

/** Why a node has no entry at an index. */
function whyMissing(asked) {
  const { branch, count, world, node, view, index, facts, leader } = asked;
  const { committed } = branch.timeline.words;
  const others = branch.timeline.nodes.filter((each) => world.views[each].log.length >= index);
  const fact = facts.at(-1);
  const entry = fact && entryName(branch, index, [fact.term, fact.command]);
  const title = fact
    ? say(branch, "missing_committed", { entry, node, committed })
    : say(branch, others.length ? "missing" : "nowhere", { node, index });
  const reasons = [
    ...whyGone(asked),
    ...(fact
      ? [whyFact(branch, fact, index)]
      : others.length
        ? [say(branch, "others_have", { names: others })]
        : []),
    ...whyDownNow(asked),
  ];
  if (
    view.status !== "running" ||
    !branch.timeline.words.leader ||
    leader === node ||
    !(fact || others.length)
  )
    return { title, reasons };
  if (!leader) return { title, reasons: [...reasons, say(branch, "no_sender")] };
  const leading = world.views[leader];
  if (leading.log.length < index)
    return { title, reasons: [...reasons, say(branch, "lacks", { leader, term: leading.term })] };
  return {
    title,
    reasons: [...reasons, ...hindrances(asked, leading), lastAppend(branch, count, leader, node)],
  };
}

/** When a node lost the entry that it had at an index, and what happened then. */
function whyGone({ branch, count, node, index }) {
  const lengths = lengthsOf(branch, node).filter(({ event }) => event < count);
  const place = lengths.findLastIndex(({ length }, i) => length < index && lengths[i - 1]?.length >= index);
  if (place < 0) return [];
  const { event } = lengths[place];
  return [say(branch, "had", { tick: branch.tickOf(event), told: narrate(branch, event).text }, { event })];
}

/** How long the log of a node was after each event that changed its length. */
function lengthsOf(branch, node) {
  branch.lengths ||= {
    read: 0,
    of: Object.fromEntries(
      branch.timeline.nodes.map((each) => [
        each,
        [{ event: -1, length: branch.start.views[each].log.length }],
      ]),
    ),
  };
  const { lengths } = branch;
  for (; lengths.read < branch.events.length; lengths.read++) {
    const [, , who, , , changes] = branch.events[lengths.read];
    if (changes?.log)
      lengths.of[who].push({ event: lengths.read, length: changes.log[0] - 1 + changes.log[1].length });
  }
  return lengths.of[node];
}

/** The fate of a leader's last append, or last snapshot, to a peer. */
function lastAppend(branch, count, leader, peer) {
  const { term } = branch.at(count).views[leader];
  const brings = (id) =>
    typeof id === "number" &&
    ["AppendEntries", "InstallSnapshot"].includes(branch.messages[id][0]) &&
    branch.messages[id][2] === peer &&
    branch.messages[id][3] === term;
  const { event: sender } = lastly(branch, count, leader, ([, , , , effects]) => effects?.some(brings));
  if (sender === undefined) return say(branch, "never_sent", { leader, peer });
  const { fate, id } = fateOf(branch, branch.events[sender][4].findLast(brings), count);
  const what = branch.messages[id][0] === "AppendEntries" ? "append" : "snapshot";
  if (fate === "lost")
    return say(
      branch,
      "append_lost",
      { what, peer, why: lossReason(branch, id) },
      { event: branch.lostAt[id], whatIf: id },
    );
  if (fate === "flying")
    return say(branch, "append_flying", { what, peer, due: dueWords(branch, count, id) }, { event: sender });
  const event = branch.deliveredAt[id];
  const replyId = replyTo(branch, id, ["AppendEntriesReply", "InstallSnapshotReply"]);
  if (replyId === undefined) return say(branch, "append_unanswered", { what, peer }, { event });
  const { fields } = branch.message(replyId);
  const verdict = fields.success === false ? "append_refused" : "append_confirmed";
  const answer = fateOf(branch, replyId, count);
  if (answer.fate === "lost")
    return say(
      branch,
      `${verdict}_lost`,
      { what, peer, why: lossReason(branch, answer.id) },
      { event: branch.lostAt[answer.id], whatIf: answer.id },
    );
  if (answer.fate === "flying")
    return say(
      branch,
      `${verdict}_flying`,
      { what, peer, due: dueWords(branch, count, answer.id) },
      { event },
    );
  return say(branch, verdict, { what, peer, match: fields.match_index }, { event });
}
