// Communication (W7): notes go out to every audience over every channel, customer success and support before customers, with receipts.
//
// "Communication is a deliverable": the plan is made at go, one row for each audience and channel. A row ends delivered, or not needed with
// the reason ("nothing for you, because"), or failed until a person retries it. The order is enforced twice: when a row is handed to the
// outbox, and again right before it is sent. Only text that was approved as it stands is sent.
//
//   planned --(may go out)--> sending --> delivered            failed --(retried)--> delivered
//      \--------------------------------> not_needed
#pragma once
#include "changelog/launch.hpp"
#include "changelog/notes.hpp"
#include "planning/gate.hpp"
#include "work/ids.hpp"

namespace evenkeel::comms {

enum class CommunicationKind { notes, changelog_file, status_rollback, correction, withdrawal, status_update };
BOOST_DESCRIBE_ENUM(CommunicationKind, notes, changelog_file, status_rollback, correction, withdrawal, status_update)
enum class CommunicationState { planned, sending, delivered, not_needed, failed };
BOOST_DESCRIBE_ENUM(CommunicationState, planned, sending, delivered, not_needed, failed)

struct Communication {
  CommunicationId id;
  ReleaseId release_id;
  CommunicationKind kind = CommunicationKind::notes;
  std::string audience, channel;  // names in the release's definitions; audience empty: a channel of nobody's own
  std::int64_t position = 0;
  std::optional<SysTime> due_at;
  CommunicationState state = CommunicationState::planned;
  JobId job_id;
  std::string nothing_because;
  std::optional<SysTime> delivered_at;
};
BOOST_DESCRIBE_STRUCT(Communication, (),
                      (id, release_id, kind, audience, channel, position, due_at, state, job_id, nothing_because, delivered_at))

/// Sealed receipt.
struct Publication {
  Id<Publication> id;
  ReleaseId release_id;
  CommunicationId communication_id;
  std::string channel, audience, body_hash, external_id;
  SysTime at;
};
BOOST_DESCRIBE_STRUCT(Publication, (), (id, release_id, communication_id, channel, audience, body_hash, external_id, at))

/// Rows of the plan, audiences after those they wait for. Made once; a second call adds what is missing. Ledger: communication.planned.
Result<std::vector<Communication>> plan_communications(Work& work, const std::string& release);

/// Hands everything that may go out now to the outbox. Shipped: internal rows at once, the others when each is delivered. Rolled back:
/// customers' notes are not needed, the internal word goes out, and a correction to whoever was told before. Before communication: nothing.
/// Called on every event that can open the way. Ledger: communication.sent_out, communication.not_needed.
Result<void> dispatch(Work& work, const std::string& release);
/// What was on its way or failed waits for its turn again, and whatever may go out goes.
Result<void> plan_again(Work& work, Communication row);

struct Skip {
  std::string communication, because;
};
BOOST_DESCRIBE_STRUCT(Skip, (), (communication, because))
/// "Nothing for you, because": needs author or coordinator and a reason. An internal row of a shipped release can be skipped only after
/// its delivery failed, and by a coordinator: customer success hears first. Ledger: communication.not_needed.
Result<Communication> skip(Work& work, const Skip& command);

/// Whether customers were told something that can be taken back. Error: conflict.
Result<void> may_withdraw(Work& work, const planning::Release& release);
struct Withdraw {
  std::string release, because;
};
BOOST_DESCRIBE_STRUCT(Withdraw, (), (release, because))
/// Takes back what was published of a release that stays out: insiders are told first, then a correction goes wherever the announcement
/// went, in the organisation's prepared words; the changelog marks the release as yanked. Not once it was rolled back, where the same
/// happens by itself; done twice it is done once. Needs: author or coordinator, and a reason. Ledger: release.withdrawn.
Result<std::vector<Communication>> withdraw(Work& work, const Withdraw& command);
bool is_withdrawn(store::Tx& tx, const ReleaseId& release_id);

/// How a mailing names one address of a channel among its parts.
std::string part_of_address(const std::string& address);
/// Who is told of a correction: those who had the announcement, whatever they have subscribed to since.
struct Readers {
  std::set<std::string> addresses;         // of the channel
  std::vector<std::string> subscriptions;  // ids; by an announcement or a digest
};
Readers who_received(store::Tx& tx, const planning::Release& release, const definitions::Organisation& o, const Communication& correction);
/// Addresses of those who said that they have read the internal note; they are told by the first row for insiders that goes by mail.
std::vector<std::string> who_read(store::Tx& tx, const planning::Release& release, const definitions::Organisation& o,
                                  const Communication& row);

/// Why a row may not go out at this time. `until`: when time alone opens the way. Pure over the rows and the definitions.
struct NotYet {
  std::string because;
  std::optional<SysTime> until;
};
std::optional<NotYet> not_yet(const definitions::Organisation& o, const std::vector<Communication>& rows, const Communication& row,
                              SysTime now);

/// By when a row must be done: the end of the release's window and what its audience grants after it. Nothing without a window.
std::optional<SysTime> deadline_of(const definitions::Organisation& o, const planning::Release& release, const Communication& row);
/// Name of who sees to it: the audience's owner, else the release's.
std::string owner_of(store::Tx& tx, const definitions::Organisation& o, const planning::Release& release, const Communication& row);
/// Enters into the ledger what is not done past its deadline, once a row: communication.overdue, with the owner. Called by its timer.
Result<void> note_overdue(Work& work, const std::string& release);

/// What is sent for a row, complete and final. Error: conflict when its note is not approved as it stands, or tells customers what is
/// still dark behind a flag.
struct Message {
  std::string subject, body;  // Markdown
  std::string body_hash;
};
Result<Message> message_of(store::Tx& tx, const planning::Release& release, const Communication& row);
/// The same in the organisation's further locales, as far as it is there: approved translations of a note of this wording, a correction in
/// the product's words where the organisation has none of its own.
std::map<std::string, Message> messages_in_locales(store::Tx& tx, const planning::Release& release, const Communication& row,
                                                   const Message& message);

/// The row has arrived: stores the receipt, shows it on the public page where the channel is that. Ledger: communication.delivered.
void record_delivery(Work& work, const planning::Release& release, Communication row, const Message& message, const std::string& receipt);
/// Approved translations of the published wording stand beside it on the public page. Called when either comes to be.
void publish_translations(Work& work, const ReleaseId& release_id);
/// It never will without a person. Ledger: communication.failed, with the reason as text.
void record_failure(Work& work, Communication row, const std::string& reason);
/// It is not wanted any more (the release was rolled back meanwhile). Ledger: communication.not_needed.
void record_not_needed(Work& work, Communication row, const std::string& because);

/// Deployed, switched on, announced: the dates of a release, as far as they have come.
struct Launch {
  std::optional<SysTime> deployed_at;
  std::optional<SysTime> switched_on_at;  // when the last of its flags was first seen on
  std::optional<SysTime> announced_at;    // to the first customers
  std::vector<changelog::LaunchFlag> flags;
  std::vector<changelog::ToldLater> later;  // what its note left out
};
BOOST_DESCRIBE_STRUCT(Launch, (), (deployed_at, switched_on_at, announced_at, flags, later))
Launch launch_of(store::Tx& tx, const planning::Release& release);
/// A flag of this release reads otherwise: notes of the same area and line that are not approved yet are drafted anew, those that may go
/// out by it do.
Result<void> follow_launch(Work& work, const ReleaseId& release_id);
/// Whether words for customers that are not out yet may wait for flags: somebody has to go on reading them.
bool waits_for_flags(store::Tx& tx, const planning::Release& release);

// ---- queries -------------------------------------------------------------------------------------------------------
std::vector<Communication> communications_of(store::Tx& tx, const ReleaseId& release_id);
std::vector<Publication> publications_of(store::Tx& tx, const ReleaseId& release_id);
std::optional<Communication> find_communication(store::Tx& tx, const std::string& id);
/// A row is for insiders when its audience is internal.
bool is_internal(const definitions::Organisation& o, const std::string& audience);

/// Go: somebody is told and notes are drafted. Communication: every row is delivered or not needed.
planning::Gates comms_gates();

}  // namespace evenkeel::comms
