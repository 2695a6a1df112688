#include "gitlog/log.hpp"

#include <gtest/gtest.h>

namespace evenkeel::gitlog {
namespace {

using namespace std::string_literals;

const std::string stream =
    "\1aaaa\nbbbb cccc\nAda L\nada@x\n1700000000\n1700003600\nMerge it\n\nBody\n\0"s
    "\1bbbb\n\nBob\n\n-5\n0\nfirst\n\0\n3\t1\tdir/a b\tc.txt\0-\t-\tlogo.png\0"s;

std::vector<Commit> read(std::string_view bytes, std::size_t piece) {
  std::vector<Commit> all;
  LogParser parser([&](Commit&& commit) { return all.push_back(std::move(commit)), true; });
  for (std::size_t i = 0; i < bytes.size(); i += piece) parser.push(bytes.substr(i, piece));
  EXPECT_TRUE(parser.finish());
  return all;
}

TEST(LogParser, ReadsCommitsAndFilesFromPiecesOfAnySize) {
  for (const std::size_t piece : {1u, 2u, 7u, 1000u}) {
    const auto commits = read(stream, piece);
    ASSERT_EQ(commits.size(), 2u);
    EXPECT_THAT(commits[0].parents, testing::ElementsAre("bbbb", "cccc"));
    EXPECT_EQ(commits[0].subject(), "Merge it");
    EXPECT_EQ(commits[0].body(), "Body");
    EXPECT_EQ(to_iso(commits[0].committed), "2023-11-14T23:13:20Z");
    EXPECT_TRUE(commits[1].parents.empty());
    ASSERT_EQ(commits[1].files.size(), 2u);
    EXPECT_EQ(commits[1].files[0].path, "dir/a b\tc.txt");
    EXPECT_EQ(commits[1].files[0].added, 3);
    EXPECT_TRUE(commits[1].files[1].binary);
  }
}
TEST(LogParser, SaysWhatItCouldNotRead) {
  for (const auto& bad : {"\1aaaa\nbbbb\0"s, "5\t5\tx\0"s, "\1aaaa\n\nA\na\nnoon\n0\nm\0"s, "\1aaaa\n\nA\na\n0\n0\nm\0\n1\t2\0"s,
                          "\1HEAD\n\nA\na\n0\n0\nm\0"s}) {
    LogParser parser([](Commit&&) { return true; });
    parser.push(bad);
    EXPECT_FALSE(parser.finish()) << bad;
  }
}
TEST(LogParser, StopsWhenTheReaderHasEnough) {
  int seen = 0;
  LogParser parser([&](Commit&&) { return ++seen, false; });
  EXPECT_FALSE(parser.push(stream));
  EXPECT_TRUE(parser.finish());
  EXPECT_EQ(seen, 1);
}

std::string trailers_as_text(std::string_view message) {
  std::string text;
  for (const auto& t : trailers(message)) text += t.token + "=" + t.value + ";";
  return text;
}
TEST(Trailers, AreTheLastParagraphWhenAllItsLinesAre) {
  EXPECT_EQ(trailers_as_text("subject\n\nbody\n\nChangelog: added\nRefs: #1,\n  #2\n"), "Changelog=added;Refs=#1, #2;");
  EXPECT_EQ(trailers_as_text("fix: only a subject"), "");
  EXPECT_EQ(trailers_as_text("subject\n\nNote: this is prose\nthat goes on\n"), "");
  EXPECT_EQ(trailers_as_text("subject\n\nsome prose\nSigned-off-by: A <a@x>\n"), "Signed-off-by=A <a@x>;");
  EXPECT_EQ(trailers_as_text("s\r\n\r\nChangelog: fixed\r\n"), "Changelog=fixed;");
}

}  // namespace
}  // namespace evenkeel::gitlog
