#include "definitions/acts.hpp"

#include "catalogue/act.hpp"
#include "catalogue/print.hpp"
#include "definitions/proposal.hpp"
#include "definitions/references.hpp"

namespace evenkeel::definitions {
namespace {

using catalogue::act;
using catalogue::Nothing;

Result<Differences> compare(Work& work, const Definitions& in) {
  TRY(fits_together(in.organisation));  // what applying would refuse is said before anything is compared
  const auto version = current_version(work.tx);
  const auto before = version ? organisation_of(work.tx, version->id) : std::make_shared<Organisation>();
  return Differences{version ? version->number : 0, diff(*before, in.organisation)};
}

Result<Version> in_force(Work& work, const Nothing&) {
  auto version = TRY(current_version(work.tx));
  version.body = json::write(without_secret_addresses(*organisation_of(work.tx, version.id)));
  return version;
}

std::string show_proposal(const ProposalView& p) {
  std::string out = fmt::format("{}  proposed by {}, {}\n", p.id, p.proposed_by, catalogue::short_time(p.at));
  for (const auto& d : p.differences) out += fmt::format("    {} {}\n", d.change, d.what);
  out += p.may_agree.empty() ? "    nobody has the roles for all of it: propose its parts apart\n"
                             : fmt::format("    may agree: {}\n", fmt::join(p.may_agree, ", "));
  return out;
}
std::string show_proposals(const std::vector<ProposalView>& all) {
  if (all.empty()) return "No definitions wait for a second person. Those that reach production or lower a protection do, once applied.";
  std::string out;
  for (const auto& p : all) out += show_proposal(p);
  return out + fmt::format("next: evenkeel definitions agree {}, or decline it", all.front().id);
}

}  // namespace

Result<void> fits_together(const Organisation& organisation) {
  auto complaints = complaints_of(organisation);
  if (complaints.empty()) return {};
  const auto first = complaints.front();
  return std::unexpected(Error{ErrorKind::invalid, first.field + ": " + first.message, first.field, std::move(complaints), {}});
}

std::vector<catalogue::Act> acts() {
  const std::string path = "/api/v1/definitions", tag = "definitions", one_file = "definitions are one file";
  return {
      act("definitions.diff", "What applying would change", compare)
          .reads()
          .for_roles(catalogue::insiders)
          .in_any_area(one_file)
          .http("POST", path + "/diff", tag)
          .taking_bodies_of(std::size_t{8} << 20),
      act("definitions.current", "The definitions in force", in_force)
          .reads()
          .for_roles(catalogue::insiders)
          .in_any_area(one_file)
          .http("GET", path + "/current", tag),
      act("definitions.proposals", "Definitions that wait for a second person, with what they would change",
          [](Work& work, const Nothing&) -> Result<std::vector<ProposalView>> { return proposals_of(work.tx); })
          .reads()
          .for_roles(catalogue::insiders)
          .in_any_area(one_file)
          .http("GET", path + "/proposals", tag)
          .words("definitions proposals")
          .prints(show_proposals),
      act("definitions.decline", "Decline definitions that wait for a second person, or take back your own", decline_proposal)
          .decides()
          .for_roles(catalogue::doers)
          .in_any_area("who proposed it, or who has the roles for each of its changes")
          .says("Declined {proposal}: nothing of it is in force.", "evenkeel definitions proposals")
          .http("POST", path + "/proposals/{proposal}/refusal", tag)
          .words("definitions decline")
          .takes({catalogue::positional(&DeclineProposal::proposal, "Id of the proposal"),
                  catalogue::option(&DeclineProposal::because, "Why").required()}),
  };
}

}  // namespace evenkeel::definitions
