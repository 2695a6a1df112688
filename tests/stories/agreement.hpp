// Whether all that a finished run has told agrees with itself: the API's views, reports (figures, table, letter), the command line, mails,
// chat lines and pages to who is on call. Two places that name the same thing must say the same figure, state, time and version of it.
#pragma once
#include "stories/fakes.hpp"

namespace evenkeel::stories {

/// A shop of one service, watched for an error rate and for a limit of one in a hundred, whose people are told by page, mail, chat, note
/// and public page.
struct ToldShop {
  FakeMetrics metrics;
  FakeProgram pager{"pager"}, mail{"smtp"}, chat{"chat"};
  /// `canary`: it is watched before it goes everywhere.
  std::string yaml(bool canary) const;
  void errors_from_now(World& world, const std::string& side, double share);
  std::vector<std::pair<std::string, const FakeProgram*>> receivers() const { return {{"mail", &mail}, {"chat", &chat}}; }
};

/// One text, and who gets it where.
struct Told {
  std::string where, text;
};
/// Pure: each pair that disagrees, in words. Read are
/// - figures: "52 % of 1,204 requests fail (limit 1 %) since 14:05Z", by service, limit and since when;
/// - limits: "limit 1 %" beside "at most 1 %", by criterion, where the text names one;
/// - versions: "catalog 1.2.3", which must be one of `versions`.
std::vector<std::string> disagreements(const std::vector<Told>& told, const std::set<std::string>& services,
                                       const std::set<std::string>& versions);

/// Every text about the release: views, reports, command line, and what each of the programs received.
std::vector<Told> all_told(World& world, const std::string& version,
                           const std::vector<std::pair<std::string, const FakeProgram*>>& receivers);

/// Fails the test for each disagreement, also of the views among themselves: pages as the API and the pager have them; a report's rows, its
/// table and its outcome; a row that holds over a breach that was paged; what a report says of pages; the outcome and where the release
/// stands. `pager`: null where nobody is paged.
void expect_agreement(World& world, const std::string& version, const std::set<std::string>& versions, const FakeProgram* pager,
                      const std::vector<std::pair<std::string, const FakeProgram*>>& receivers = {});

}  // namespace evenkeel::stories
