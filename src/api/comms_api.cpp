// Communications and their receipts.
#include "api/endpoints.hpp"
#include "comms/status.hpp"

namespace evenkeel::api {
namespace {

struct OfRelease {
  std::string release;
};
BOOST_DESCRIBE_STRUCT(OfRelease, (), (release))
struct PlannedCommunication {
  comms::Communication communication;
  std::string waits_for;
  std::vector<comms::Publication> receipts;
  std::optional<SysTime> deadline = {};  // by when it must be done
  std::string owner = {};                // who sees to it
  bool overdue = false;
};
BOOST_DESCRIBE_STRUCT(PlannedCommunication, (), (communication, waits_for, receipts, deadline, owner, overdue))

/// Each row with what it waits for, in words, and its receipts.
std::vector<PlannedCommunication> plan_of(store::Tx& tx, const planning::Release& release, SysTime now) {
  const auto o = planning::organisation_of(tx, release);
  const auto rows = comms::communications_of(tx, release.id);
  const auto receipts = comms::publications_of(tx, release.id);
  std::vector<PlannedCommunication> out;
  for (const auto& row : rows) {
    PlannedCommunication p{row, "", {}};
    p.deadline = comms::deadline_of(*o, release, row);
    p.owner = comms::owner_of(tx, *o, release, row);
    p.overdue = p.deadline && now > *p.deadline && row.state != comms::CommunicationState::delivered &&
                row.state != comms::CommunicationState::not_needed;
    if (row.state == comms::CommunicationState::planned || row.state == comms::CommunicationState::sending) {
      if (const auto wait = comms::not_yet(*o, rows, row, now))
        p.waits_for = wait->because;
      else if (const auto message = comms::message_of(tx, release, row); !message)
        p.waits_for = message.error().message;
      else if (release.stage < planning::Stage::communication)
        p.waits_for = "the release to be communicated";
    }
    for (const auto& r : receipts)
      if (r.communication_id == row.id) p.receipts.push_back(r);
    out.push_back(std::move(p));
  }
  return out;
}

}  // namespace

std::vector<Endpoint> comms_endpoints(app::App& app) {
  std::vector<Endpoint> list;
  const std::string path = "/api/v1/releases/{release}/communications";
  list.push_back(query<std::vector<PlannedCommunication>>(
                     app, path, "Who is told what over which channel, and what each waits for",
                     [](Work& work, Call& call) -> Result<std::vector<PlannedCommunication>> {
                       return plan_of(work.tx, TRY(planning::find_release(work.tx, call.param("release"))), work.now);
                     })
                     .tagged("communication")
                     .for_roles(insiders));
  list.push_back(command<OfRelease, std::vector<PlannedCommunication>>(
                     app, "POST", path, "Plan the communications (made by itself at go)",
                     [](Work& work, Call&, const OfRelease& in) -> Result<std::vector<PlannedCommunication>> {
                       const auto release = TRY(planning::find_release(work.tx, in.release));
                       TRY(work.require({Role::author, Role::coordinator}, release.area, "planning communications"));
                       TRY(comms::plan_communications(work, release.id));
                       return plan_of(work.tx, release, work.now);
                     })
                     .tagged("communication")
                     .for_roles({Role::author, Role::coordinator}));
  list.push_back(query<comms::Launch>(app, "/api/v1/releases/{release}/launch", "When it was deployed, switched on and announced",
                                      [](Work& work, Call& call) -> Result<comms::Launch> {
                                        return comms::launch_of(work.tx, TRY(planning::find_release(work.tx, call.param("release"))));
                                      })
                     .tagged("communication")
                     .for_any_role());
  list.push_back(command<comms::Withdraw, std::vector<comms::Communication>>(
                     app, "POST", "/api/v1/releases/{release}/withdrawal", "Take back what was published of a release",
                     [](Work& work, Call&, const comms::Withdraw& in) { return comms::withdraw(work, in); })
                     .tagged("communication")
                     .for_roles({Role::author, Role::coordinator}));
  list.push_back(query<std::vector<comms::StatusUpdate>>(
                     app, "/api/v1/releases/{release}/status-updates", "What was told while the release was deployed, and what is planned",
                     [](Work& work, Call& call) -> Result<std::vector<comms::StatusUpdate>> {
                       return comms::status_of_release(work.tx, TRY(planning::find_release(work.tx, call.param("release"))).id);
                     })
                     .tagged("communication")
                     .for_roles(insiders));
  list.push_back(query<std::vector<comms::StatusUpdate>>(app, "/api/v1/incidents/{incident}/status-updates", "What was told of an incident",
                                                         [](Work& work, Call& call) -> Result<std::vector<comms::StatusUpdate>> {
                                                           return comms::status_of_incident(work.tx, call.param("incident"));
                                                         })
                     .tagged("communication")
                     .for_roles(insiders));
  list.push_back(command<comms::Skip, comms::StatusUpdate>(
                     app, "POST", "/api/v1/status-updates/{communication}/skip", "A status update that is not needed any more",
                     [](Work& work, Call&, const comms::Skip& in) { return comms::skip_status(work, in); })
                     .tagged("communication")
                     .for_roles({Role::author, Role::coordinator, Role::on_call}));
  list.push_back(command<comms::Skip, comms::Communication>(app, "POST", "/api/v1/communications/{communication}/skip",
                                                            "\"Nothing for you, because ...\"",
                                                            [](Work& work, Call&, const comms::Skip& in) { return comms::skip(work, in); })
                     .tagged("communication")
                     .for_roles({Role::author, Role::coordinator}));
  return list;
}

}  // namespace evenkeel::api
