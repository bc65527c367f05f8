import ts from 'typescript59'
import type { SourceFile } from './sources.ts'
import { parse } from './syntax.ts'

/** Returns the public members of a class or an interface that an assignment, or a method of their type, can change. */
export const changeableMembers = (file: SourceFile, name: string): readonly string[] => {
  const declaration = parse(file).statements.find(
    (statement): statement is ts.ClassDeclaration | ts.InterfaceDeclaration =>
      (ts.isClassDeclaration(statement) || ts.isInterfaceDeclaration(statement)) && statement.name?.text === name,
  )
  if (declaration === undefined) throw new Error(`${file.path} declares no ${name}`)
  return [...declaration.members].flatMap((member) => {
    const isPublic =
      member.name !== undefined &&
      !ts.isPrivateIdentifier(member.name) &&
      (ts.getCombinedModifierFlags(member) & ts.ModifierFlags.Private) === 0
    return isPublic && isChangeable(member) ? [member.name.getText()] : []
  })
}

const isChangeable = (member: ts.ClassElement | ts.TypeElement): boolean => {
  if (ts.isSetAccessorDeclaration(member)) return true
  if (!ts.isPropertyDeclaration(member) && !ts.isPropertySignature(member)) return false
  if ((ts.getCombinedModifierFlags(member) & ts.ModifierFlags.Readonly) === 0) return true
  const { type } = member
  const initializer = ts.isPropertyDeclaration(member) ? member.initializer : undefined
  return (
    (type !== undefined && (ts.isArrayTypeNode(type) || /^(?:Map|Set|Array)\b/.test(type.getText()))) ||
    (type === undefined && initializer !== undefined && /^(?:\[|new (?:Map|Set)\b)/.test(initializer.getText()))
  )
}
