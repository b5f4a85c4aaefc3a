package encode

// Version is raised whenever a figure is written as other bytes than before,
// so that what is kept of the old ones is not taken for the new.
const Version = 1
