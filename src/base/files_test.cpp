#include "base/files.hpp"

#include <gmock/gmock.h>

#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace evenkeel {
namespace {

using testing::HasSubstr;

struct ReadFile : testing::Test {
  std::string path = testing::TempDir() + "evenkeel_files_test";
  ~ReadFile() override { std::filesystem::remove_all(path); }
};

TEST_F(ReadFile, are_read_whole_or_from_near_their_end) {
  const auto text = std::string(40'000, 'a') + std::string("\0\xff end", 6);
  std::ofstream(path, std::ios::binary) << text;
  EXPECT_EQ(read_file(path).value(), text);
  EXPECT_EQ(read_end_of_file(path, 4).value(), " end");
  EXPECT_EQ(read_end_of_file(path, 1'000'000).value(), text);
  std::ofstream(path, std::ios::binary) << "";
  EXPECT_EQ(read_file(path).value(), "");
}
TEST_F(ReadFile, that_are_made_while_they_are_read_are_whole_too) {
  EXPECT_THAT(read_file("/proc/self/stat").value(), HasSubstr(std::to_string(::getpid())));
}
TEST_F(ReadFile, say_what_is_wrong_with_them_and_throw_nothing) {
  EXPECT_THAT(read_file(path).error().message, HasSubstr(path + ": No such file"));
  std::filesystem::create_directory(path);
  EXPECT_THAT(read_file(path).error().message, HasSubstr("is a folder"));
  EXPECT_THAT(read_end_of_file(path, 10).error().message, HasSubstr("is a folder"));
  // A read that fails after the file was opened, as that of a process which has just ended.
  EXPECT_EQ(read_file("/proc/self/mem").error().kind, ErrorKind::invalid);
}

}  // namespace
}  // namespace evenkeel
